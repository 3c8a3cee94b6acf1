using System.Diagnostics;

namespace OrderOrchestration.Tests.Bench;

/// <summary>
/// What the disk alone takes for what a durable server asks of it at work: a few dozen kilobytes flushed every few milliseconds. Where it stands still
/// now and then, as the disks of shared machines do, so does every server that waits for it, and a server that keeps nothing does not.
/// </summary>
internal static class DiskFlush
{
    private const int Bytes = 48 * 1024;
    private const int Rounds = 256;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan StandsStill = TimeSpan.FromMilliseconds(10);

    public static void Print(CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(Path.GetTempFileName(), FileMode.Create, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var flushes = new List<TimeSpan>();
        var clock = Stopwatch.StartNew();
        var content = new byte[Bytes];
        while (clock.Elapsed < Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Random.Shared.NextBytes(content);
            RandomAccess.Write(file, content, flushes.Count % Rounds * (long)Bytes);
            var before = clock.Elapsed;
            RandomAccess.FlushToDisk(file);
            flushes.Add(clock.Elapsed - before);
            Thread.Sleep(Between);
        }

        var stood = flushes.Where(flush => flush > StandsStill).Sum(flush => flush.TotalSeconds) / clock.Elapsed.TotalSeconds;
        Figures.Print("disk alone, one flush", "ms", flushes.Select(flush => flush.TotalMilliseconds), decimals: 2);
        Figures.Print("disk alone, time in flushes over 10 ms", "%", [stood * 100]);
    }
}
