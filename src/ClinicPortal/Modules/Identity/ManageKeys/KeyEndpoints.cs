using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.ManageKeys;

internal static class KeyEndpoints
{
    public const string Path = "/keys";

    public static void MapKeys(this IEndpointRouteBuilder app)
    {
        var keys = app.MapGroup(Path).RequireAdministrator();
        keys.MapGet("", (ListKeys list, PageRenderer pages, CancellationToken ct) => ListAsync(FormState.Empty, list, pages, ct));
        keys.MapGet("/new", (ListKeys list, PageRenderer pages) => NewPage(FormState.Empty, list, pages));
        keys.MapPost("/new", (FormPost post, CreateKey create, NewKeyCookie cookie, PlaceOfRequest place, ListKeys list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(
                form => create.HandleAsync(Read(form), place.Zone, ct),
                made =>
                {
                    cookie.Write(made);
                    return $"{Path}/{made.Id}";
                },
                state => Task.FromResult(NewPage(state, list, pages)), ct));
        keys.MapGet("/{id:guid}", async (Guid id, ListKeys list, NewKeyCookie cookie, PageRenderer pages, CancellationToken ct) =>
            await list.OneAsync(id, ct) is { } key ? pages.Page<KeyPage>(new { Model = key with { Secret = cookie.Take(id) } }) : Results.NotFound());
        keys.MapPost("/{id:guid}/revoke", (Guid id, FormPost post, RevokeKey revoke, ListKeys list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(_ => revoke.HandleAsync(id, ct), _ => Path, state => ListAsync(state, list, pages, ct), ct));
    }

    private static KeyInput Read(FormPost form) => new(
        form.Text("name"), form.Text("role"), form.Text("scope"), form.WrittenDay("until", out var unreadable), unreadable);

    private static async Task<IResult> ListAsync(FormState state, ListKeys list, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<KeysPage>(new { Model = await list.AllAsync(state, cancellationToken) });

    private static IResult NewPage(FormState state, ListKeys list, PageRenderer pages) => pages.Page<NewKeyPage>(new { Model = list.New(state) });
}
