using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Associations.EditSettings;

/// <summary>Areas and logo as uploaded: taken into the draft only when nothing is wrong with them.</summary>
internal static class UploadedFile
{
    private const int MaxAreaBytes = 1024 * 1024;
    private const int WindowsJapanese = 932;
    private const int MostProblems = 20;

    public static async Task<IReadOnlyList<Error>> AreasAsync(SettingsDraft draft, IFormFile? file, CancellationToken cancellationToken)
    {
        // Without a file, what is there stays.
        if (file is not { Length: > 0 })
        {
            return [];
        }
        if (file.Length > MaxAreaBytes)
        {
            return [Error.OnField("areas", "settings.file-too-large", MaxAreaBytes / 1024)];
        }
        var (areas, problems) = TownBlockFile.Read(Decoded(await BytesAsync(file, cancellationToken)));
        if (problems.Count == 0)
        {
            draft.Set(SettingsPart.Areas, "", JsonNode.Parse(SettingsJson.Write(areas)));
        }
        return [.. problems.Take(MostProblems).Select(p => Error.OnField("areas", "settings.line", p.Line, p.Field, p.Message))];
    }

    public static async Task<IReadOnlyList<Error>> LogoAsync(SettingsDraft draft, IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is not { Length: > 0 })
        {
            return [];
        }
        if (file.Length > LogoSvg.MaxBytes)
        {
            return [Error.OnField("logo", "settings.file-too-large", LogoSvg.MaxBytes / 1024)];
        }
        // Judged with the rest of the draft.
        draft.Set(SettingsPart.Logo, "", Decoded(await BytesAsync(file, cancellationToken)));
        return [];
    }

    private static async Task<byte[]> BytesAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    /// <summary>UTF-8, or what Excel writes in Japan; without U+0000, which no text column takes.</summary>
    private static string Decoded(byte[] bytes) =>
        (Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF') : CodePagesEncodingProvider.Instance.GetEncoding(WindowsJapanese)!.GetString(bytes))
        .Replace("\0", "", StringComparison.Ordinal);
}
