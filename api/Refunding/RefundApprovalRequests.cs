using FluentValidation;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Refunding;

/// <summary>Body of a decision.</summary>
internal sealed record DecisionBody(bool? Approved, string? Note = null);

/// <summary>The rules of a decision.</summary>
internal sealed class DecisionBodyValidator : RequestValidator<DecisionBody>
{
    public DecisionBodyValidator()
    {
        RuleFor(body => body.Approved).NotNull().WithMessage("true or false");
        RuleFor(body => body.Note).IsOptionalNote();
    }
}

/// <summary>Query parameters of <c>GET /v1/refunds</c>. They are bound as text, so that validation reports each invalid parameter.</summary>
internal sealed record RefundListParameters
{
    public string? Status { get; init; }

    public string? Overdue { get; init; }

    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    public RefundFilter ToFilter() => new(InputRules.Word<RefundStatus>(Status), InputRules.ReadLimit(Limit), Cursor, Overdue is not null && bool.Parse(Overdue));
}

/// <summary>The rules of the parameters.</summary>
internal sealed class RefundListValidator : RequestValidator<RefundListParameters>
{
    public RefundListValidator()
    {
        RuleFor(query => query.Status).IsNameIn<RefundListParameters, RefundStatus>();
        RuleFor(query => query.Overdue).Must(text => text is null || bool.TryParse(text, out _)).WithMessage("true or false");
        RuleFor(query => query.Limit).IsLimit();
        RuleFor(query => query.Cursor).IsCursor();
    }
}
