using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Activities.Store.Keys;

/// <summary>The master key of the embedded default: created once, and stored in a file that only its owner can read.</summary>
internal static class EmbeddedMasterKey
{
    private const string FileName = "master.key";

    /// <summary>Creates the file unless it exists, and returns its path.</summary>
    public static string Ensure(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.GetFullPath(Path.Combine(directory, FileName));
        if (File.Exists(path))
        {
            return path;
        }

        // Written to a temporary file and moved, so that the file is complete. If two programs start at once, the first move counts.
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(unfinished, Options()))
        {
            using var writer = new StreamWriter(file);
            writer.Write(Convert.ToBase64String(DataKey.NewSecret()));
        }

        try
        {
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(unfinished);
        }

        return path;
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
