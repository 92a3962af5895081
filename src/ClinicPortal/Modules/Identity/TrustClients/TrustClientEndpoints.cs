using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.TrustClients;

public sealed record TrustedClientsModel(FormState Form, IReadOnlyList<TrustedClient> Clients, TimeZoneInfo Zone, DateTimeOffset Now);

public sealed record NewTrustedClientModel(FormState Form, IReadOnlyList<string> Roles);

/// <summary>Beside the organisation's API keys: machines that bring a token of their own issuer instead of one.</summary>
internal static class TrustClientEndpoints
{
    public const string Path = "/keys/clients";

    public static void MapTrustClients(this IEndpointRouteBuilder app)
    {
        var clients = app.MapGroup(Path).RequireAdministrator();
        clients.MapGet("", (ListTrustedClients list, PageRenderer pages, CancellationToken ct) => ListAsync(FormState.Empty, list, pages, ct));
        clients.MapGet("/new", (CurrentUser user, PageRenderer pages) => NewPage(FormState.Empty, user, pages));
        clients.MapPost("/new", (FormPost post, TrustClient trust, PlaceOfRequest place, CurrentUser user, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => trust.HandleAsync(Read(form), place.Zone, ct), _ => Path, state => Task.FromResult(NewPage(state, user, pages)), ct));
        clients.MapPost("/{id:guid}/revoke", (Guid id, FormPost post, RevokeClient revoke, ListTrustedClients list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(_ => revoke.HandleAsync(id, ct), _ => Path, state => ListAsync(state, list, pages, ct), ct));
    }

    private static ClientInput Read(FormPost form) => new(
        form.Text("name"), form.Text("issuer"), form.Text("clientId"), form.Text("subject"), form.Text("role"), form.Text("scope"),
        form.WrittenDay("until", out var unreadable), unreadable);

    private static async Task<IResult> ListAsync(FormState state, ListTrustedClients list, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<TrustedClientsPage>(new { Model = await list.HandleAsync(state, cancellationToken) });

    private static IResult NewPage(FormState state, CurrentUser user, PageRenderer pages) =>
        pages.Page<NewTrustedClientPage>(new { Model = new NewTrustedClientModel(state, Organisation.Of(user).Roles) });
}

/// <summary>Those of the caller's organisation, the latest first.</summary>
internal sealed class ListTrustedClients(IdentityInRequest identity, CurrentUser user, PlaceOfRequest place, TimeProvider clock)
{
    public async Task<TrustedClientsModel> HandleAsync(FormState form, CancellationToken cancellationToken)
    {
        var organisation = Organisation.Of(user);
        var db = await identity.OpenAsync(cancellationToken);
        var own = await db.TrustedClients.AsNoTracking().Where(c => c.OrganisationKind == organisation.Kind && c.OrganisationId == organisation.Id)
            .OrderByDescending(c => c.CreatedAt).ThenBy(c => c.Id).ToListAsync(cancellationToken);
        return new TrustedClientsModel(form, own, place.Zone, clock.GetUtcNow());
    }
}
