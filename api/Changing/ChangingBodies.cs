using FluentValidation;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Changing;

/// <summary>Body of a cancellation.</summary>
/// <param name="Lines">Units to cancel before dispatch (부분 취소); absent: the whole order.</param>
internal sealed record CancelBody(string? Reason, IReadOnlyList<ProductLine?>? Lines = null);

/// <summary>Body of a recovery.</summary>
internal sealed record RecoverBody(string? Action, string? Note = null, string? AttentionId = null);

/// <summary>The rules of a cancellation: a reason is required, lines are optional.</summary>
internal sealed class CancelBodyValidator : RequestValidator<CancelBody>
{
    public CancelBodyValidator()
    {
        RuleFor(body => body.Reason).IsNote();
        RuleFor(body => body.Lines).AreLines();
        RuleForEach(body => body.Lines).SetValidator(new ProductLineValidator()!);
    }
}

/// <summary>The rules of a recovery: an action, and a note, which is required for actions that abandon a claim (<c>write-off</c>, <c>end</c>).</summary>
internal sealed class RecoverBodyValidator : RequestValidator<RecoverBody>
{
    private static readonly string[] NoteRequired = [RecoveryActions.WriteOff, RecoveryActions.End];

    public RecoverBodyValidator()
    {
        RuleFor(body => body.Action)
            .Must(action => RecoveryActions.All.Contains(action, StringComparer.Ordinal)).WithMessage("one of " + string.Join(", ", RecoveryActions.All));
        RuleFor(body => body.Note).IsOptionalNote();
        RuleFor(body => body.Note)
            .Must(note => !string.IsNullOrWhiteSpace(note)).WithMessage("is needed with this action")
            .When(body => NoteRequired.Contains(body.Action, StringComparer.Ordinal));
        RuleFor(body => body.AttentionId).IsOptionalName();
    }
}
