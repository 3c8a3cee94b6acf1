using System.Security.Cryptography;

namespace OrderOrchestration.DevHost.Startup;

/// <summary>The folder for the files of the embedded defaults. A lock file gives one running host exclusive ownership.</summary>
public sealed class DataDirectory : IAsyncDisposable
{
    private readonly FileStream ownership;

    private DataDirectory(string path, FileStream ownership)
    {
        Path = path;
        this.ownership = ownership;
    }

    public string Path { get; }

    /// <summary>
    /// The default path: <c>.data</c> beside the solution, independent of the current directory. A published host uses <c>.data</c> in the current
    /// directory.
    /// </summary>
    public static string Default => System.IO.Path.Combine(SolutionFolder() ?? Environment.CurrentDirectory, ".data");

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

    /// <summary>32 random bytes. They are generated once and stored in a file that only its owner can read.</summary>
    public byte[] Secret(string name)
    {
        var path = File(name);
        if (!System.IO.File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(RandomNumberGenerator.GetBytes(32));
        }

        var secret = System.IO.File.ReadAllBytes(path);
        return secret.Length == 32 ? secret : throw new StartupException($"{path} is no key: it holds {secret.Length} bytes in place of 32");
    }

    public ValueTask DisposeAsync() => ownership.DisposeAsync();

    private static string? SolutionFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "OrderOrchestration.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
