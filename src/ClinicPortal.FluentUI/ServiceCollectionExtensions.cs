using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.FluentUI;

public static class ServiceCollectionExtensions
{
    /// <param name="services">The application's services.</param>
    /// <param name="iconSprite">Address of the SVG sprite with one symbol per icon of <see cref="Icons"/>.</param>
    public static IServiceCollection AddFluentUIComponents(this IServiceCollection services, Func<IServiceProvider, string> iconSprite) =>
        services.AddSingleton(provider => new IconSprite(iconSprite(provider)));
}

/// <summary>Where the icons are drawn.</summary>
public sealed record IconSprite(string Url);
