using ClinicPortal.Shared.Documents;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;

namespace ClinicPortal.Ui;

/// <summary>Renders a printed document outside a request, for the printer: the same component and style sheets as on the screen.</summary>
public sealed class SheetRenderer(IServiceProvider services, ILoggerFactory logs, AssetBundle bundle)
{
    /// <param name="title">Of the document, as its readers show it.</param>
    /// <param name="parameters">The component's parameters.</param>
    public async Task<PrintableDocument> RenderAsync<TSheet>(string title, IDictionary<string, object?> parameters) where TSheet : IComponent
    {
        await using var renderer = new HtmlRenderer(services, logs);
        var body = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            HtmlRootComponent sheet = await renderer.RenderComponentAsync<TSheet>(ParameterView.FromDictionary(parameters));
            return sheet.ToHtmlString();
        });
        var language = System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        var html = $"""
            <!DOCTYPE html><html lang="{language}" data-theme="light"><head><meta charset="utf-8"><title>{System.Net.WebUtility.HtmlEncode(title)}</title>
            <link rel="stylesheet" href="{bundle.Styles}"><link rel="stylesheet" href="{bundle.SheetFonts}"></head><body class="sheet">{body}</body></html>
            """;
        return new PrintableDocument(html, Find);
    }

    private (byte[] Content, string Type)? Find(string path) =>
        path.StartsWith("/assets/", StringComparison.Ordinal) && bundle.Find(path["/assets/".Length..]) is { } file
            ? (File.ReadAllBytes(file), Path.GetExtension(file) switch { ".css" => "text/css; charset=utf-8", ".woff2" => "font/woff2", _ => "image/svg+xml" })
            : null;
}
