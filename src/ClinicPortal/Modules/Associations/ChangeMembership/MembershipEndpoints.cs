using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Associations.ChangeMembership;

internal static class MembershipEndpoints
{
    public static void MapMembership(this IEndpointRouteBuilder app)
    {
        var membership = app.MapGroup("/members/{id:guid}").RequireRoles(Roles.Secretariat);
        membership.MapGet("/membership", (Guid id, ShowMembership show, PageRenderer pages, CancellationToken ct) => PageAsync(id, FormState.Empty, null, show, pages, ct));
        foreach (var (path, kind) in Paths)
        {
            membership.MapPost(path, (Guid id, FormPost post, ChangeMembership change, ShowMembership show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
                form => change.HandleAsync(id, kind, new MembershipInput(form.Value<DateOnly>("on"), form.Text("reason"), form.Value<Guid>("handOverTo")), ct),
                _ => $"/members/{id}", state => PageAsync(id, state, kind, show, pages, ct), ct));
        }
    }

    internal static IReadOnlyDictionary<string, MembershipChangeKind> Paths { get; } = new Dictionary<string, MembershipChangeKind>
    {
        ["/suspend"] = MembershipChangeKind.Suspended,
        ["/resume"] = MembershipChangeKind.Resumed,
        ["/leave"] = MembershipChangeKind.Left,
        ["/rejoin"] = MembershipChangeKind.Rejoined,
    };

    private static async Task<IResult> PageAsync(
        Guid id, FormState state, MembershipChangeKind? refused, ShowMembership show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, state, refused, cancellationToken) is { } model ? pages.Page<MembershipPage>(new { Model = model }) : Results.NotFound();
}
