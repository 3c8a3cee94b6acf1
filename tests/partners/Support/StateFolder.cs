namespace OrderOrchestration.Tests.Partners.Support;

/// <summary>A folder for one test's state file.</summary>
internal sealed class StateFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("partners-");
    private int copies;

    public string File => Path.Combine(folder.FullName, "partners.db");

    /// <summary>
    /// The file as the death of the process would leave it at this moment: what is on disk, with nothing written out, closed or tidied up by
    /// the server that goes on beside it. SQLite's log belongs to the file.
    /// </summary>
    public string AsLeftByADeath()
    {
        var left = Path.Combine(folder.FullName, $"left-{++copies}.db");
        foreach (var suffix in new[] { string.Empty, "-wal" })
        {
            if (System.IO.File.Exists(File + suffix))
            {
                System.IO.File.Copy(File + suffix, left + suffix);
            }
        }

        return left;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
