using System.Security.Cryptography;
using System.Text;

namespace OrderOrchestration.DevHost.WebUi;

/// <summary>The folder the Web UI is built from (<c>dev/webui</c>), without what npm and the build put into it.</summary>
public sealed class WebUiSources
{
    private static readonly string[] Made = ["node_modules", "build", ".svelte-kit"];

    private readonly string root;

    public WebUiSources(string root) => this.root = Path.GetFullPath(root);

    /// <summary>Where finished builds are kept, each under the key of the sources it was made from.</summary>
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

    /// <summary>Where the build of the sources as they are now is, or will be once it is made.</summary>
    public string Build() => Path.Combine(Builds, Key());

    /// <summary>A name for exactly these sources: any change of a file, its name or the locked packages changes it.</summary>
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

    /// <summary>Copies the sources, so that a build neither touches nor is touched by what a developer does in the folder.</summary>
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
            .Where(entry => !Made.Contains(Path.GetFileName(entry)))
            .SelectMany(entry => Directory.Exists(entry) ? Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories) : [entry])
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
}
