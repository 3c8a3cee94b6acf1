namespace OrderOrchestration.DevHost;

/// <summary>The folder in which the embedded defaults keep their files. One running host owns it at a time.</summary>
public sealed class DataDirectory : IAsyncDisposable
{
    private readonly FileStream ownership;

    private DataDirectory(string path, FileStream ownership)
    {
        Path = path;
        this.ownership = ownership;
    }

    public string Path { get; }

    /// <exception cref="StartupException">The folder cannot be written, or another host owns it.</exception>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Data:Directory '{full}' cannot be created: {error.Message}");
        }

        try
        {
            return new(full, new FileStream(System.IO.Path.Combine(full, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StartupException($"Data:Directory '{full}' cannot be written: {error.Message}");
        }
        catch (IOException error)
        {
            throw new StartupException($"Data:Directory '{full}' is in use by another host, or cannot be written: {error.Message}");
        }
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public ValueTask DisposeAsync() => ownership.DisposeAsync();
}
