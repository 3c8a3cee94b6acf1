using System.Globalization;
using FluentValidation;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows;

namespace OrderOrchestration.Api.Reconciliations;

/// <summary>A day to reconcile, and the requested page of its differences.</summary>
internal sealed record ReconciliationParameters
{
    public required string Day { get; init; }

    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    /// <summary>The day; call this on validated parameters only.</summary>
    public DateOnly Date => RequestTimes.Day(Day)!.Value;

    /// <summary>The position after which the page starts.</summary>
    public long After => Cursor is null ? 0 : long.Parse(Cursor, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>The rules of the parameters: the day must have begun in Seoul.</summary>
internal sealed class ReconciliationValidator : RequestValidator<ReconciliationParameters>
{
    public const int LargestPage = 1_000;

    public ReconciliationValidator(TimeProvider time)
    {
        RuleFor(query => query.Day).IsDay();
        RuleFor(query => query.Day)
            .Must(text => RequestTimes.Day(text) is not { } day || day <= BusinessDay.Of(time.GetUtcNow())).WithMessage("a day that has begun in Seoul");
        RuleFor(query => query.Limit).IsLimit(LargestPage);
        RuleFor(query => query.Cursor)
            .Must(text => text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .WithMessage("is not one that a list has answered");
    }
}
