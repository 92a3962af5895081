using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Invitations;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Identity.Staff;

internal static class StaffEndpoints
{
    public const string Path = "/staff";

    public static void MapStaff(this IEndpointRouteBuilder app)
    {
        var staff = app.MapGroup(Path).RequireAdministrator();
        staff.MapGet("", (ListStaff list, PageRenderer pages, CancellationToken ct) => ListAsync(FormState.Empty, list, pages, ct));
        staff.MapGet("/{id:guid}", (Guid id, ListStaff list, PageRenderer pages, CancellationToken ct) => MemberAsync(id, FormState.Empty, list, pages, ct));
        staff.MapPost("/{id:guid}", (Guid id, FormPost post, EditMember edit, PlaceOfRequest place, ListStaff list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(
                form => edit.HandleAsync(id, Read(form), place.Zone, ct), _ => Path, state => MemberAsync(id, state, list, pages, ct), ct));
        staff.MapPost("/{id:guid}/remove", (Guid id, FormPost post, RemoveMember remove, ListStaff list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(form => remove.HandleAsync(id, form.Value<uint>("version"), ct), _ => Path, state => MemberAsync(id, state, list, pages, ct), ct));
        staff.MapPost("/{id:guid}/disable", (Guid id, FormPost post, DisableAccount disable, ListStaff list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(form => disable.HandleAsync(id, form.Value<uint>("version"), ct), _ => Path, state => MemberAsync(id, state, list, pages, ct), ct));
        staff.MapPost("/{id:guid}/enable", (Guid id, FormPost post, EnableAccount enable, ListStaff list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(form => enable.HandleAsync(id, form.Value<uint>("version"), ct), _ => Path, state => MemberAsync(id, state, list, pages, ct), ct));

        staff.MapGet("/invite", (ShowInvite show, PageRenderer pages, CancellationToken ct) => InviteAsync(FormState.Empty, show, pages, ct));
        staff.MapPost("/invite", (FormPost post, Invite invite, ShowInvite show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => invite.HandleAsync(new InviteInput(form.Text("email"), form.Text("role"), form.Checked("administrator")), ct), _ => Path,
            state => InviteAsync(state, show, pages, ct), ct));
        staff.MapPost("/invitations/{id:guid}/resend", (Guid id, FormPost post, ResendInvitation resend, ListStaff list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(_ => resend.HandleAsync(id, ct), _ => Path, state => ListAsync(state, list, pages, ct), ct));
        staff.MapPost("/invitations/{id:guid}/revoke", (Guid id, FormPost post, RevokeInvitation revoke, ListStaff list, PageRenderer pages, CancellationToken ct) =>
            post.RunAsync(_ => revoke.HandleAsync(id, ct), _ => Path, state => ListAsync(state, list, pages, ct), ct));
    }

    private static MemberInput Read(FormPost form) => new(
        form.Value<uint>("version"), form.Text("role"), form.WrittenDay("until", out var unreadable), unreadable, form.Checked("administrator"));

    private static async Task<IResult> ListAsync(FormState state, ListStaff list, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<StaffPage>(new { Model = await list.AllAsync(state, cancellationToken) });

    private static async Task<IResult> MemberAsync(Guid id, FormState state, ListStaff list, PageRenderer pages, CancellationToken cancellationToken) =>
        await list.OneAsync(id, state, cancellationToken) is { } model ? pages.Page<MemberPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> InviteAsync(FormState state, ShowInvite show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<InvitePage>(new { Model = await show.HandleAsync(state, cancellationToken) });
}
