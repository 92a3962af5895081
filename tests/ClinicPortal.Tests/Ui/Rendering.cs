using ClinicPortal.FluentUI;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClinicPortal.Tests.Ui;

/// <summary>Renders a component as the server does, without a host.</summary>
internal static class Rendering
{
    public static async Task<string> HtmlAsync<TComponent>(Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection()
            .AddFluentUIComponents(_ => "/assets/icons.svg")
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters));
            return System.Net.WebUtility.HtmlDecode(root.ToHtmlString());
        });
    }
}
