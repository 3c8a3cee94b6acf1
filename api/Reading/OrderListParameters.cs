using FluentValidation;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Reading;

/// <summary>Query parameters of <c>GET /v1/orders</c>. They are bound as text, so that validation reports each invalid parameter.</summary>
internal sealed record OrderListParameters
{
    public string? MemberId { get; init; }

    public string? Status { get; init; }

    public string? NeedsAttention { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    /// <summary>The filter value for orders that need manual intervention, in any status.</summary>
    public const string StuckStatus = "needs-attention";

    /// <summary>Converts validated parameters to a filter.</summary>
    /// <param name="memberId">The member whose orders are listed; <c>null</c> for the orders of all customers (staff).</param>
    public OrderFilter ToFilter(string? memberId) => new(
        memberId,
        InputRules.Word<OrderStatus>(Status),
        NeedsAttention is null ? (Status == StuckStatus ? true : null) : bool.Parse(NeedsAttention),
        null,
        From is null ? null : RequestTimes.Time(From),
        To is null ? null : RequestTimes.Time(To),
        InputRules.ReadLimit(Limit),
        Cursor);
}

/// <summary>The rules of the parameters.</summary>
internal sealed class OrderListValidator : RequestValidator<OrderListParameters>
{
    public OrderListValidator()
    {
        RuleFor(query => query.MemberId).IsOptionalName();
        RuleFor(query => query.Status).IsNameIn<OrderListParameters, OrderStatus>(OrderListParameters.StuckStatus);
        RuleFor(query => query.NeedsAttention).Must(text => text is null || bool.TryParse(text, out _)).WithMessage("true or false");
        RuleFor(query => query.From).IsTime();
        RuleFor(query => query.To).IsTime();
        RuleFor(query => query.Limit).IsLimit();
        RuleFor(query => query.Cursor).IsCursor();
    }
}
