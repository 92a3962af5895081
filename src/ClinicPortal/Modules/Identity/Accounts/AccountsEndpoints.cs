using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using ClinicPortal.Ui.Layout;
using Microsoft.Extensions.Localization;

namespace ClinicPortal.Modules.Identity.Accounts;

internal static class AccountsEndpoints
{
    public const string Path = "/accounts";

    public static IServiceCollection AddAccounts(this IServiceCollection services) => services
        .AddSingleton<AccountCommands>()
        .AddScoped<FindAccounts>()
        .AddScoped<ShutAccount>()
        .AddSingleton(provider => new NavigationItem(
            20, Path, () => provider.GetRequiredService<IStringLocalizer<IdentityText>>()["Accounts.Title"], (user, _) => user.Is(Roles.PlatformOperator)));

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var accounts = app.MapGroup(Path).RequireRoles(Roles.PlatformOperator);
        accounts.MapGet("", async (string? search, HiddenSearch hidden, FindAccounts find, PageRenderer pages, CancellationToken ct) =>
            pages.Page<AccountsPage>(new { Model = await find.AllAsync(hidden.Read(search), ct) }));
        accounts.MapPost("/search", (HiddenSearch hidden, CancellationToken ct) => hidden.LeadAsync(Path, ct));
        accounts.MapGet("/{id:guid}", (Guid id, FindAccounts find, PageRenderer pages, CancellationToken ct) => OneAsync(id, FormState.Empty, find, pages, ct));
        accounts.MapPost("/{id:guid}/disable", (Guid id, FormPost post, ShutAccount shut, FindAccounts find, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => shut.DisableAsync(id, ct), done => $"{Path}/{done}", state => OneAsync(id, state, find, pages, ct), ct));
        accounts.MapPost("/{id:guid}/enable", (Guid id, FormPost post, ShutAccount shut, FindAccounts find, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => shut.EnableAsync(id, ct), done => $"{Path}/{done}", state => OneAsync(id, state, find, pages, ct), ct));
    }

    private static async Task<IResult> OneAsync(Guid id, FormState state, FindAccounts find, PageRenderer pages, CancellationToken cancellationToken) =>
        await find.OneAsync(id, state, cancellationToken) is { } model ? pages.Page<AccountPage>(new { Model = model }) : Results.NotFound();
}
