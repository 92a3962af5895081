using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.InviteGuest;

internal static class InviteGuestEndpoints
{
    private const string Base = "/consultations/{id:guid}/guests";
    private static readonly string[] Doctors = [Roles.ClinicDoctor, Roles.NightDoctor];

    public static void MapInviteGuest(this IEndpointRouteBuilder app)
    {
        app.MapGet(Base, (Guid id, InviteGuest invite, PageRenderer pages, CancellationToken ct) => ShowAsync(id, null, null, FormState.Empty, invite, pages, ct)).RequireRoles(Doctors);
        app.MapGet(Base + "/{guest:guid}", (Guid id, Guid guest, string? shown, InviteGuest invite, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(id, guest, shown, FormState.Empty, invite, pages, ct)).RequireRoles(Doctors);
        app.MapPost(Base, (Guid id, FormPost post, InviteGuest invite, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => invite.InviteAsync(id, form.Choice<ParticipantRole>("role"), ct), given => Shown(id, given),
            state => ShowAsync(id, null, null, state, invite, pages, ct), ct)).RequireRoles(Doctors);
        app.MapPost(Base + "/{guest:guid}", (Guid id, Guid guest, FormPost post, InviteGuest invite, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => invite.GiveLinkAsync(id, guest, ct), given => Shown(id, given),
            state => ShowAsync(id, guest, null, state, invite, pages, ct), ct)).RequireRoles(Doctors);
        app.MapPost(Base + "/{guest:guid}/{link:guid}/revoke", (Guid id, Guid guest, Guid link, FormPost post, InviteGuest invite, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => invite.RevokeAsync(id, guest, link, ct), _ => $"/consultations/{id}/guests/{guest}",
            state => ShowAsync(id, guest, null, state, invite, pages, ct), ct)).RequireRoles(Doctors);
        app.MapPost(Base + "/{guest:guid}/admit", (Guid id, Guid guest, FormPost post, InviteGuest invite, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => invite.AdmitAsync(id, guest, ct), _ => $"/consultations/{id}/guests",
            state => ShowAsync(id, null, null, state, invite, pages, ct), ct)).RequireRoles(Doctors);
        app.MapPost(Base + "/{guest:guid}/remove", (Guid id, Guid guest, FormPost post, InviteGuest invite, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => invite.RemoveAsync(id, guest, ct), _ => $"/consultations/{id}/guests",
            state => ShowAsync(id, null, null, state, invite, pages, ct), ct)).RequireRoles(Doctors);
    }

    private static string Shown(Guid id, InvitedGuest given) => $"/consultations/{id}/guests/{given.Participant}?shown={given.Shown}";

    private static async Task<IResult> ShowAsync(Guid id, Guid? guest, string? shown, FormState form, InviteGuest invite, PageRenderer pages, CancellationToken cancellationToken) =>
        await invite.ShowAsync(id, guest, shown, form, cancellationToken) is { } model ? pages.Fragment<GuestsFrame>(new { Model = model }) : Results.NotFound();
}
