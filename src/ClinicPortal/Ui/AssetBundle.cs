using System.Text.Json;

namespace ClinicPortal.Ui;

/// <summary>
/// The bundled scripts, styles, icons and fonts: their addresses for pages, their bytes for <see cref="AssetsExtensions.UseAssets"/>.
/// File names carry a hash of the content, so an address never changes its meaning.
/// </summary>
public sealed class AssetBundle
{
    private readonly string folder;
    private readonly Manifest manifest;
    private readonly HashSet<string> files;

    public AssetBundle(IWebHostEnvironment environment)
    {
        folder = Path.Combine(environment.ContentRootPath, "wwwroot", "assets");
        var path = Path.Combine(folder, "manifest.json");
        if (!File.Exists(path))
        {
            throw new InvalidOperationException($"The bundled scripts and styles are missing ({path}). Build ClinicPortal.csproj.");
        }

        manifest = JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(path), JsonSerializerOptions.Web)!;
        files = [.. manifest.Files];
    }

    public string Script => Url("app.js");

    public string Styles => Url("app.css");

    /// <summary>The fonts of printed documents.</summary>
    public string SheetFonts => Url("sheet.css");

    public string Icons => Url("icons.svg");

    private string Url(string entry) => "/assets/" + manifest.Entries[entry];

    /// <summary>The full path of a bundled file, or null if the name is not one of the manifest's.</summary>
    internal string? Find(string name) => files.Contains(name) ? Path.Combine(folder, name) : null;

    private sealed record Manifest(Dictionary<string, string> Entries, string[] Files);
}
