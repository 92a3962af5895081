using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace ClinicPortal.Modules.Billing.KeepArchive;

/// <param name="Sha256">In hexadecimal.</param>
public sealed record BundledFile(string Path, long Bytes, string Sha256);

/// <summary>What a year's bundle holds; the last file in it.</summary>
/// <param name="First">The first number given in the year, and the last.</param>
public sealed record BundleManifest(
    string Association, string RegistrationNumber, int Year, string? First, string? Last, int Documents, DateTimeOffset WrittenAt, IReadOnlyList<BundledFile> Files)
{
    public const string FileName = "manifest.json";

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a bundle and compares every file with the manifest: what was altered, added or taken away.</summary>
    /// <returns>What is wrong, file by file; nothing for a bundle as it was written.</returns>
    public static async Task<IReadOnlyList<string>> VerifyAsync(Stream bundle, CancellationToken cancellationToken)
    {
        ZipArchive zip;
        try
        {
            zip = await ZipArchive.CreateAsync(bundle, ZipArchiveMode.Read, leaveOpen: true, null, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return ["not a ZIP file"];
        }
        await using (zip)
        {
            if (zip.GetEntry(FileName) is not { } entry)
            {
                return [$"{FileName} is missing"];
            }
            BundleManifest? manifest;
            await using (var text = await entry.OpenAsync(cancellationToken))
            {
                manifest = await JsonSerializer.DeserializeAsync<BundleManifest>(text, Json, cancellationToken);
            }
            var wrong = new List<string>();
            var listed = manifest!.Files.ToDictionary(f => f.Path);
            foreach (var file in zip.Entries.Where(e => e.FullName != FileName))
            {
                if (!listed.Remove(file.FullName, out var known))
                {
                    wrong.Add($"{file.FullName} was added");
                    continue;
                }
                if (await HashAsync(file, cancellationToken) != known.Sha256)
                {
                    wrong.Add($"{file.FullName} was altered");
                }
            }
            wrong.AddRange(listed.Keys.Select(path => $"{path} is missing"));
            return wrong;
        }
    }

    /// <returns>Null for a file that cannot be unpacked any more.</returns>
    private static async Task<string?> HashAsync(ZipArchiveEntry file, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await file.OpenAsync(cancellationToken);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
