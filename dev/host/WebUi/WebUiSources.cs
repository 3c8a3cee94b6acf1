using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.DevHost.WebUi;

/// <summary>The sources of the Web UI (<c>dev/webui</c>), without the output of npm and the build.</summary>
public sealed class WebUiSources
{
    private static readonly string[] GeneratedFolders = ["node_modules", "build", ".svelte-kit"];

    private readonly string root;

    public WebUiSources(string root) => this.root = Path.GetFullPath(root);

    /// <summary>The folder of completed builds, each under the hash of its sources.</summary>
    public string Builds => Path.Combine(root, "build");

    /// <summary>Finds the checkout's <c>dev/webui</c> from a program that was built in it.</summary>
    /// <returns>Null where the program runs outside a checkout.</returns>
    public static WebUiSources? Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "dev", "webui");
            if (File.Exists(Path.Combine(candidate, "package-lock.json")))
            {
                return new(candidate);
            }
        }

        return null;
    }

    /// <summary>The folder for the build of the current sources; it exists once the build is complete.</summary>
    public string Build() => Path.Combine(Builds, Key());

    /// <summary>A hash of the sources. It changes with the content and the name of any file, including the package lock file.</summary>
    private string Key()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files())
        {
            var content = File.ReadAllBytes(Path.Combine(root, file));
            hash.AppendData(Encoding.UTF8.GetBytes($"{file}\0{content.Length}\0"));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>Copies the sources, so that a build is isolated from a developer's work in the folder.</summary>
    public void CopyTo(string directory)
    {
        foreach (var file in Files())
        {
            var target = Path.Combine(directory, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(root, file), target);
        }
    }

    private IEnumerable<string> Files() =>
        Directory.EnumerateFileSystemEntries(root)
            .Where(entry => !GeneratedFolders.Contains(Path.GetFileName(entry)))
            .SelectMany(entry => Directory.Exists(entry) ? Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories) : [entry])
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
}
