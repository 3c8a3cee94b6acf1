namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// Encrypts what is personal in our JSON and decrypts it again (contract §6). Other values are not encrypted. A value whose key was destroyed reads as
/// erased, always with the same result, and never fails.
/// </summary>
public interface IPersonalData
{
    /// <summary>A document with its personal values encrypted by the owner's key.</summary>
    ValueTask<string> ProtectAsync(string json, DataOwner owner, CancellationToken cancellationToken);

    /// <summary>The data of an event: unknown members are treated as personal, too.</summary>
    ValueTask<string> ProtectEventAsync(string data, DataOwner owner, CancellationToken cancellationToken);

    /// <summary>Documents in clear, in the order in which they were given; their keys are fetched together.</summary>
    ValueTask<IReadOnlyList<string>> UnprotectAsync(IReadOnlyList<string> documents, CancellationToken cancellationToken);

    /// <summary>Data of events in clear.</summary>
    ValueTask<IReadOnlyList<string>> UnprotectEventsAsync(IReadOnlyList<string> data, CancellationToken cancellationToken);

    /// <summary>Texts that were taken out of protected documents, in clear; <c>null</c> for one that is erased.</summary>
    /// <param name="field">The name of the member that contained them.</param>
    ValueTask<IReadOnlyList<string?>> UnprotectTextsAsync(string field, IReadOnlyList<string?> texts, CancellationToken cancellationToken);
}
