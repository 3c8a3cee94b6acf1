namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// A host that registers it leaves personal data in clear, so that a benchmark can measure what its protection costs. Only <c>dev/host</c> does
/// (<c>Embedded:Privacy:Enabled</c>); no configuration of a deployed program leads here.
/// </summary>
public sealed class PersonalDataInClear;
