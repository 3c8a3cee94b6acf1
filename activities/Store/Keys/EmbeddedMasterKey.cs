using OrderOrchestration.Activities.Privacy;

namespace OrderOrchestration.Activities.Store.Keys;

/// <summary>The master key of the embedded default: made once, kept in a file that only its owner reads.</summary>
internal static class EmbeddedMasterKey
{
    private const string FileName = "master.key";

    /// <summary>The file's path; the file is there afterwards, made by this program or by one that started with it.</summary>
    public static string Ensure(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.GetFullPath(Path.Combine(directory, FileName));
        if (File.Exists(path))
        {
            return path;
        }

        // Whole or not at all, and the first of two programs counts: a move that finds the file there leaves it.
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
