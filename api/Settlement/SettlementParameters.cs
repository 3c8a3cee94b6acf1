using System.Globalization;
using FluentValidation;
using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Settlement;

namespace OrderOrchestration.Api.Settlement;

/// <summary>A day of settlement, and the requested page of its statements.</summary>
internal sealed record DayParameters
{
    public required string Date { get; init; }

    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    /// <summary>The day; call this on validated parameters only.</summary>
    public DateOnly Day => RequestTimes.Day(Date)!.Value;
}

/// <summary>Query parameters of a seller's statements.</summary>
internal sealed record StatementListParameters
{
    public string? From { get; init; }

    public string? To { get; init; }

    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    public StatementFilter ToFilter(string sellerId) => new(
        null,
        sellerId,
        From is null ? null : RequestTimes.Day(From),
        To is null ? null : RequestTimes.Day(To),
        InputRules.ReadLimit(Limit),
        Cursor);
}

/// <summary>A statement, and the requested page of its lines.</summary>
internal sealed record StatementParameters
{
    public required string Day { get; init; }

    public string? After { get; init; }

    public string? Limit { get; init; }

    /// <summary>The line after which the page starts.</summary>
    public long Position => After is null ? 0 : long.Parse(After, CultureInfo.InvariantCulture);
}

/// <summary>Query parameters of a list of payouts.</summary>
internal sealed record PayoutListParameters
{
    public string? Status { get; init; }

    public string? SellerId { get; init; }

    public string? RunId { get; init; }

    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    /// <param name="sellerId">The seller whose payouts are listed; <c>null</c> for the payouts of all sellers (staff).</param>
    public PayoutFilter ToFilter(string? sellerId) => new(InputRules.Word<PayoutStatus>(Status), sellerId, RunId, InputRules.ReadLimit(Limit), Cursor);
}

/// <summary>The rules of a day's parameters.</summary>
internal sealed class DayValidator : RequestValidator<DayParameters>
{
    public DayValidator()
    {
        RuleFor(query => query.Date).IsDay();
        RuleFor(query => query.Limit).IsLimit();
        RuleFor(query => query.Cursor).IsCursor();
    }
}

/// <summary>Rules of a list of statements.</summary>
internal sealed class StatementListValidator : RequestValidator<StatementListParameters>
{
    public StatementListValidator()
    {
        RuleFor(query => query.From).IsDay();
        RuleFor(query => query.To).IsDay();
        RuleFor(query => query.Limit).IsLimit();
        RuleFor(query => query.Cursor).IsCursor();
    }
}

/// <summary>Rules of a page of a statement.</summary>
internal sealed class StatementValidator : RequestValidator<StatementParameters>
{
    public StatementValidator()
    {
        RuleFor(query => query.Day).IsDay();
        RuleFor(query => query.After)
            .Must(text => text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .WithMessage("the nextLine of a page before");
        RuleFor(query => query.Limit).IsLimit();
    }
}

/// <summary>Rules of a list of payouts.</summary>
internal sealed class PayoutListValidator : RequestValidator<PayoutListParameters>
{
    public PayoutListValidator()
    {
        RuleFor(query => query.Status).IsNameIn<PayoutListParameters, PayoutStatus>();
        RuleFor(query => query.SellerId).IsOptionalName();
        RuleFor(query => query.RunId).IsOptionalName();
        RuleFor(query => query.Limit).IsLimit();
        RuleFor(query => query.Cursor).IsCursor();
    }
}
