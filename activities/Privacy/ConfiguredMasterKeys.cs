using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace OrderOrchestration.Activities.Privacy;

/// <summary>
/// Master keys from configuration: <c>Privacy:MasterKeys:id</c> (base64, 32 bytes) or <c>Privacy:MasterKeyFiles:id</c> (a file that holds the same, such as
/// a mounted secret). Keys are wrapped with AES-256-GCM, bound to their id.
/// </summary>
public sealed class ConfiguredMasterKeys : IKeyWrapper
{
    public const string KeysSection = "Privacy:MasterKeys";
    public const string FilesSection = "Privacy:MasterKeyFiles";
    public const string CurrentSetting = "Privacy:CurrentMasterKey";

    private const int NonceSize = 12;
    private const int TagSize = 16;
    private static readonly byte[] CheckedText = Encoding.UTF8.GetBytes("order orchestration master key");

    private readonly Dictionary<string, byte[]> keys;

    private ConfiguredMasterKeys(Dictionary<string, byte[]> keys, string current)
    {
        this.keys = keys;
        CurrentMasterKey = current;
    }

    public string CurrentMasterKey { get; }

    /// <exception cref="MasterKeyException">No key is configured, one is not a valid key, or the current one is not among them.</exception>
    public static ConfiguredMasterKeys Read(IConfiguration configuration)
    {
        var keys = configuration.GetSection(KeysSection).GetChildren().Where(key => !string.IsNullOrWhiteSpace(key.Value))
            .ToDictionary(key => key.Key, key => Parse($"{KeysSection}:{key.Key}", key.Value!), StringComparer.Ordinal);
        foreach (var file in configuration.GetSection(FilesSection).GetChildren().Where(file => !string.IsNullOrWhiteSpace(file.Value)))
        {
            keys[file.Key] = ReadFile($"{FilesSection}:{file.Key}", file.Value!);
        }

        var current = configuration[CurrentSetting];
        if (!string.IsNullOrWhiteSpace(current) && !keys.ContainsKey(current))
        {
            throw new MasterKeyException($"master key {current} is named by {CurrentSetting} and is not there ({KeysSection}:{current}).");
        }

        if (keys.Count == 0)
        {
            throw new MasterKeyException(
                $"{KeysSection} is not set: at least one master key (base64, {DataKey.Size} bytes) is needed to protect personal data, "
                + $"such as {KeysSection.Replace(":", "__", StringComparison.Ordinal)}__2026.");
        }

        if (string.IsNullOrWhiteSpace(current))
        {
            current = keys.Count == 1 ? keys.Keys.Single() : throw new MasterKeyException($"{CurrentSetting} is not set: of several master keys it names the one in use.");
        }

        return new ConfiguredMasterKeys(keys, current);
    }

    public async Task CheckAsync(IKeyStore keys, CancellationToken cancellationToken)
    {
        foreach (var id in await keys.MasterKeysInUseAsync(cancellationToken))
        {
            if (!this.keys.ContainsKey(id))
            {
                throw Missing(id);
            }
        }

        foreach (var (id, secret) in this.keys)
        {
            var check = await keys.MasterKeyCheckAsync(id, Check(id, secret), cancellationToken);
            if (!CryptographicOperations.FixedTimeEquals(check, Check(id, secret)))
            {
                throw Changed(id);
            }
        }
    }

    public ValueTask<byte[]> WrapAsync(string keyId, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var wrapped = new byte[NonceSize + TagSize + key.Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceSize));
        using var aes = new AesGcm(keys[CurrentMasterKey], TagSize);
        aes.Encrypt(
            wrapped.AsSpan(0, NonceSize),
            key.Span,
            wrapped.AsSpan(NonceSize + TagSize),
            wrapped.AsSpan(NonceSize, TagSize),
            Encoding.UTF8.GetBytes(keyId));
        return ValueTask.FromResult(wrapped);
    }

    public ValueTask<IReadOnlyList<byte[]>> UnwrapAsync(IReadOnlyList<StoredKey> keys, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<byte[]>>([.. keys.Select(Unwrap)]);

    private byte[] Unwrap(StoredKey stored)
    {
        if (!keys.TryGetValue(stored.MasterKeyId, out var master))
        {
            throw Missing(stored.MasterKeyId);
        }

        var wrapped = stored.Wrapped!.Value.Span;
        var key = new byte[wrapped.Length - NonceSize - TagSize];
        using var aes = new AesGcm(master, TagSize);
        try
        {
            aes.Decrypt(
                wrapped[..NonceSize],
                wrapped[(NonceSize + TagSize)..],
                wrapped.Slice(NonceSize, TagSize),
                key,
                Encoding.UTF8.GetBytes(stored.KeyId));
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Changed(stored.MasterKeyId);
        }
    }

    private static MasterKeyException Missing(string id) => new($"master key {id} is missing ({KeysSection}:{id}): keys of customers are wrapped by it.");

    private static MasterKeyException Changed(string id) =>
        new($"master key {id} ({KeysSection}:{id}) has other bytes than the one of that id that wrapped the keys of customers.");

    private static byte[] ReadFile(string setting, string path)
    {
        try
        {
            return Parse(setting, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"{setting}: {error.Message}");
        }
    }

    private static byte[] Parse(string setting, string text)
    {
        var key = new byte[DataKey.Size];
        return Convert.TryFromBase64String(text.Trim(), key, out var written) && written == DataKey.Size
            ? key
            : throw new MasterKeyException($"{setting} is no master key: base64 of {DataKey.Size} bytes is needed.");
    }

    // A keyed hash of a public text reveals nothing about the key.
    private static byte[] Check(string id, byte[] secret) =>
        HMACSHA256.HashData(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, DataKey.Size, info: CheckedText), Encoding.UTF8.GetBytes(id));
}
