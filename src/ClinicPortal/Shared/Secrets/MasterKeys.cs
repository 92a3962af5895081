using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Data.LocalPostgres;

namespace ClinicPortal.Shared.Secrets;

/// <summary>A key for one purpose, and the name of the master key that it came from: what is written with it keeps that name.</summary>
public sealed record DerivedKey(string MasterKeyId, byte[] Bytes);

/// <summary>
/// The installation's master keys, which are never in the database: a stolen dump opens nothing. Nothing is encrypted with one itself; each purpose
/// has a key of its own, derived by HKDF-SHA256. <c>Encryption:MasterKeys</c> lists them as <c>id=base64</c> of 32 bytes, the current one first; those
/// after it still open what they once closed.
/// </summary>
public sealed partial class MasterKeys
{
    public const string Setting = "Encryption:MasterKeys";
    public const int KeyBytes = 32;

    private const string FileName = "master-keys";

    private readonly (string Id, byte[] Key)[] keys;

    private MasterKeys((string Id, byte[] Key)[] keys) => this.keys = keys;

    public string CurrentId => keys[0].Id;

    /// <summary>
    /// The configured keys. Without any, an installation with its own PostgreSQL keeps one in a file beside the database's directory, made on the first
    /// start; so does Development on an outside database. Elsewhere the start is refused: a key made by one node would be unknown to the next.
    /// </summary>
    /// <exception cref="PortalDatabaseException">No key, or one that is none.</exception>
    public static MasterKeys Resolve(IConfiguration configuration, IHostEnvironment environment, bool ownDatabase)
    {
        if (Configured(configuration.GetSection(Setting)) is { Length: > 0 } configured)
        {
            return Parse(configured, Setting);
        }
        if (!ownDatabase && !environment.IsDevelopment())
        {
            throw new PortalDatabaseException(
                $"{Setting} is not configured. With an outside PostgreSQL every node needs the same master keys: a list of id=base64 of {KeyBytes} random bytes, "
                + $"such as {Setting.Replace(":", "__", StringComparison.Ordinal)}__0=2026=$(openssl rand -base64 {KeyBytes}). Keep them where no backup of the database is kept.");
        }
        var path = Path.Combine(LocalPostgresOptions.From(configuration, environment).DataDirectory, FileName);
        return Parse(File.Exists(path) ? File.ReadAllLines(path) : Create(path), path);
    }

    /// <summary>Keys as they are configured, such as <c>2026=…</c>; the first is current.</summary>
    public static MasterKeys Of(params string[] entries) => Parse(entries, Setting);

    /// <summary>The key for a purpose under the current master key.</summary>
    public DerivedKey Derive(string purpose) => Derive(purpose, CurrentId);

    /// <summary>The key for a purpose under the master key that an older record names.</summary>
    /// <exception cref="UnknownMasterKeyException">There is no such master key here.</exception>
    public DerivedKey Derive(string purpose, string masterKeyId)
    {
        var (id, key) = Array.Find(keys, k => k.Id == masterKeyId);
        return id is null
            ? throw new UnknownMasterKeyException(masterKeyId)
            : new DerivedKey(id, HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyBytes, salt: null, Encoding.UTF8.GetBytes($"ClinicPortal {purpose}")));
    }

    /// <summary>A list, or all of them in one value, as a secret store hands them over.</summary>
    private static string[] Configured(IConfigurationSection section) =>
        section.Value is { Length: > 0 } one ? [one] : [.. section.GetChildren().Select(child => child.Value).OfType<string>()];

    private static MasterKeys Parse(IEnumerable<string> written, string source)
    {
        var keys = written.SelectMany(line => line.Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(entry => ParseOne(entry, source)).ToArray();
        return keys.Length == 0 ? throw new PortalDatabaseException($"{source} holds no master key.")
            : keys.DistinctBy(k => k.Id).Count() < keys.Length ? throw new PortalDatabaseException($"{source} gives two master keys the same id.")
            : new MasterKeys(keys);
    }

    private static (string Id, byte[] Key) ParseOne(string entry, string source)
    {
        // The entry itself is a secret and is not repeated.
        var (id, key) = entry.Split('=', 2) is [var name, var base64] && KeyId().IsMatch(name) ? (name, new byte[KeyBytes + 1]) : throw NotAKey(source);
        return Convert.TryFromBase64String(base64, key, out var length) && length == KeyBytes ? (id, key[..KeyBytes]) : throw NotAKey(source);
    }

    private static PortalDatabaseException NotAKey(string source) => new(
        $"{source} has an entry that is not id=base64: an id of lower-case letters, digits and hyphens, and {KeyBytes} bytes in base64.");

    private static string[] Create(string path)
    {
        var entry = $"local={Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var own = $"{path}.{Guid.NewGuid():N}";
        PrivateFile.Write(own, entry + "\n");
        try
        {
            File.Move(own, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process that started at the same moment was first, and its key is the key.
            File.Delete(own);
        }
        return File.ReadAllLines(path);
    }

    [GeneratedRegex("^[a-z0-9-]{1,40}$", RegexOptions.NonBacktracking)]
    private static partial Regex KeyId();
}

/// <summary>Something was encrypted under a master key that is no longer, or not yet, configured here.</summary>
public sealed class UnknownMasterKeyException(string id)
    : InvalidOperationException($"The master key \"{id}\" is not among {MasterKeys.Setting}; what was encrypted under it cannot be opened.");
