namespace OrderOrchestration.DevHost.WebUi;

/// <summary>A machine-wide build lock: a file that one process opens exclusively.</summary>
internal sealed class BuildLock : IAsyncDisposable
{
    /// <summary>How often a waiting process tries to open the file. File locks have no notification.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private readonly FileStream lockFile;

    private BuildLock(FileStream lockFile) => this.lockFile = lockFile;

    /// <summary>Waits for the lock and takes it. The operating system releases the lock of a process that dies.</summary>
    public static async Task<BuildLock> TakeAsync(string directory, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(PollInterval);
        while (true)
        {
            try
            {
                return new(new FileStream(Path.Combine(directory, ".turn"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException error) when (IsLockedByAnotherProcess(error))
            {
                await timer.WaitForNextTickAsync(cancel);
            }
        }
    }

    public ValueTask DisposeAsync() => lockFile.DisposeAsync();

    // Other errors (a full disk, a path that is a folder) are permanent and must not be retried.
    private static bool IsLockedByAnotherProcess(IOException error) =>
        error is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        && (OperatingSystem.IsWindows() ? (error.HResult & 0xFFFF) is 32 or 33 : error.HResult is 11 or 35);
}
