using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.ConfigureProvider;

/// <param name="Provider">What is stored; null before the first time.</param>
/// <param name="RedirectUri">What the provider must be told.</param>
/// <param name="WasTested">The provider has just answered as it should.</param>
public sealed record ProviderModel(OutsideProvider? Provider, FormState Form, string RedirectUri, bool WasTested);

internal static class ConfigureProviderEndpoints
{
    public const string Path = "/sign-in-provider";

    public static void MapConfigureProvider(this IEndpointRouteBuilder app)
    {
        var provider = app.MapGroup(Path).RequireRoles(Roles.Secretariat);
        provider.MapGet("", (ProviderScreen screen, string? tested, CancellationToken ct) =>
            screen.ShowAsync(FormState.Empty, tested is not null, ct)).OnPlaceHost();
        provider.MapPost("", (FormPost post, ConfigureProviderHandler configure, ProviderScreen screen, CancellationToken ct) => post.RunAsync(
            form => configure.HandleAsync(Written(form), ct), _ => Path, state => screen.ShowAsync(state, false, ct), ct)).OnPlaceHost();
        provider.MapPost("/test", (FormPost post, ConfigureProviderHandler configure, ProviderScreen screen, CancellationToken ct) => post.RunAsync(
            _ => configure.TestAsync(ct), _ => $"{Path}?tested=", state => screen.ShowAsync(state with { Values = FormState.Empty.Values }, false, ct), ct)).OnPlaceHost();
    }

    private static WrittenProvider Written(FormPost form) => new(
        form.Text("issuer"), form.Text("clientId"), form.Text("clientSecret"), form.Text("domains"), form.Text("secondFactor"), form.Text("buttonJa"), form.Text("buttonEn"),
        form.Checked("offered"), form.Value<uint>("version"));
}

internal sealed class ProviderScreen(
    ConfigureProviderHandler configure, CurrentUser user, HostAddresses addresses, IHttpContextAccessor http, PageRenderer pages)
{
    public async Task<IResult> ShowAsync(FormState form, bool wasTested, CancellationToken cancellationToken)
    {
        var context = http.HttpContext!;
        if (!user.IsAdministrator || context.PortalHost().Tenant is not { } tenant)
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }
        return pages.Page<ProviderPage>(new
        {
            Model = new ProviderModel(
                await configure.FindAsync(cancellationToken), form, addresses.OutsideCallback(tenant.Identifier, context.Request), wasTested),
        });
    }
}
