using FluentValidation;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Reading;

/// <summary>Query parameters of <c>GET /v1/orders</c>; read as text so that each bad one is named.</summary>
internal sealed record OrderListParameters
{
    public string? MemberId { get; init; }

    public string? Status { get; init; }

    public string? NeedsAttention { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    public string? Limit { get; init; }

    public string? Cursor { get; init; }

    /// <summary>The status that asks for stuck orders, whatever their own.</summary>
    public const string StuckStatus = "needs-attention";

    /// <summary>The filter that judged parameters ask for.</summary>
    /// <param name="memberId">Whose orders; nobody's in particular for staff.</param>
    public OrderFilter ToFilter(string? memberId) => new(
        memberId,
        InputRules.Word<OrderStatus>(Status),
        NeedsAttention is null ? (Status == StuckStatus ? true : null) : bool.Parse(NeedsAttention),
        null,
        From is null ? null : Moments.Time(From),
        To is null ? null : Moments.Time(To),
        InputRules.ReadLimit(Limit),
        Cursor);
}

/// <summary>Their rules.</summary>
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
