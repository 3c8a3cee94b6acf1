using FluentValidation;
using OrderOrchestration.Api.Validation;

namespace OrderOrchestration.Api.Settlement;

/// <summary>Body of a recovery: <c>retry</c>, or <c>end</c> with a note where the step allows it. The workflow rejects other actions with the reason.</summary>
internal sealed record RecoveryBody(string? Action, string? Note = null);

/// <summary>The rules of a recovery.</summary>
internal sealed class RecoveryBodyValidator : RequestValidator<RecoveryBody>
{
    private static readonly string[] Actions = ["retry", "end", "skip", "compensate"];

    public RecoveryBodyValidator()
    {
        RuleFor(body => body.Action)
            .Must(action => Actions.Contains(action, StringComparer.Ordinal)).WithMessage("one of " + string.Join(", ", Actions));
        RuleFor(body => body.Note).IsOptionalNote();
    }
}
