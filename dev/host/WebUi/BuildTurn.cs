namespace OrderOrchestration.DevHost.WebUi;

/// <summary>The right to build, held by one process of the machine at a time: a file that is open for nobody else.</summary>
internal sealed class BuildTurn : IAsyncDisposable
{
    /// <summary>How often a waiting process looks whether the other is done. There is no way to be told.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly FileStream held;

    private BuildTurn(FileStream held) => this.held = held;

    /// <summary>Waits for the turn. A process that dies gives its turn back with its open files.</summary>
    public static async Task<BuildTurn> TakeAsync(string directory, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Look);
        while (true)
        {
            try
            {
                return new(new FileStream(Path.Combine(directory, ".turn"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException error) when (IsHeldByAnother(error))
            {
                await timer.WaitForNextTickAsync(cancel);
            }
        }
    }

    public ValueTask DisposeAsync() => held.DisposeAsync();

    // Anything else (a full disk, a path that is a folder) would never pass and must not be waited for.
    private static bool IsHeldByAnother(IOException error) =>
        error is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        && (OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 32 or 33 : error.HResult is 11 or 35);
}
