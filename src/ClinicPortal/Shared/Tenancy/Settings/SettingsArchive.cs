using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Settings of the database as a folder of <c>tenants/</c>: applied again, it changes nothing.</summary>
public static class SettingsArchive
{
    /// <summary>The folder's files by their names.</summary>
    public static IReadOnlyList<(string Name, string Content)> Files(TenantDocument document)
    {
        var json = JsonNode.Parse(SettingsJson.Write(document))!;
        return
        [
            (TenantFolder.TenantFile, SettingsYaml.Text(json["settings"])),
            (TenantFolder.PricesFile, SettingsYaml.Text(json["prices"])),
            .. document.Terms.Count > 0 ? [(TenantFolder.TermsFile, SettingsYaml.Text(new JsonObject { ["documents"] = json["terms"]!.DeepClone() }))] : Array.Empty<(string, string)>(),
            .. document.Pay is null ? Array.Empty<(string, string)>() : [(TenantFolder.PayFile, SettingsYaml.Text(json["pay"]))],
            (TenantFolder.AreasFile, Areas(document.Areas)),
            (TenantFolder.LogoFile, document.Logo ?? ""),
        ];
    }

    public static byte[] Zip(TenantDocument document, DateTimeOffset now)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in Files(document))
            {
                var entry = zip.CreateEntry($"{document.Settings.Identifier}/{name}");
                entry.LastWriteTime = now;
                using var writer = entry.Open();
                writer.Write(Encoding.UTF8.GetBytes(content));
            }
        }
        return bytes.ToArray();
    }

    private static string Areas(IEnumerable<TownBlock> areas)
    {
        var csv = new StringBuilder("code,name,latitude,longitude\n");
        foreach (var block in areas)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{block.Code},{Cell(block.Name)},{block.Latitude},{block.Longitude}\n");
        }
        return csv.ToString();
    }

    private static string Cell(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
