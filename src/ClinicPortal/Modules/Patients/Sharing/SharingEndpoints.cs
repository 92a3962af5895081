using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Patients.Sharing;

internal static class SharingEndpoints
{
    private static readonly string[] Clinic = [Roles.ClinicDoctor, Roles.ClinicStaff];

    public static void MapSharing(this IEndpointRouteBuilder app)
    {
        app.MapGet("/patients/{id:guid}/sharing", (Guid id, ShowSharing show, PageRenderer pages, CancellationToken ct) =>
            PatientAsync(id, FormState.Empty, show, pages, ct)).RequireRoles(Clinic);
        app.MapPost("/patients/{id:guid}/sharing", (Guid id, FormPost post, ShareChart share, ShowSharing show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => share.HandleAsync(Read(id, form), ct), _ => $"/patients/{id}/sharing", state => PatientAsync(id, state, show, pages, ct), ct)).RequireRoles(Clinic);
        app.MapPost("/patients/{id:guid}/sharing/{grant:guid}/revoke",
            (Guid id, Guid grant, FormPost post, RevokeSharing revoke, ShowSharing show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
                _ => revoke.HandleAsync(id, grant, ct), _ => $"/patients/{id}/sharing", state => PatientAsync(id, state, show, pages, ct), ct)).RequireRoles(Clinic);

        app.MapGet("/sharing", (ShowSharingOverview show, PageRenderer pages, CancellationToken ct) => OverviewAsync(FormState.Empty, show, pages, ct))
            .RequireRoles([.. Clinic, Roles.FacilityStaff]);
        app.MapPost("/sharing/rule", (FormPost post, SharingRules rules, ShowSharingOverview show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => rules.ChangeAsync(form.Checked("secondary"), form.Checked("facility"), ct), _ => "/sharing",
            state => OverviewAsync(state, show, pages, ct), ct)).RequireRoles(Clinic);
    }

    private static ShareChartInput Read(Guid id, FormPost form) => new(
        id, form.Value<Guid>("grantee"), form.Checked("summary"), form.Checked("reports"), form.Value<DateOnly>("until"), form.Text("consentBy"),
        form.Choice<ConsentHow>("consentHow"), form.Value<DateOnly>("consentOn"));

    private static async Task<IResult> PatientAsync(Guid id, FormState state, ShowSharing show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, state, cancellationToken) is { } model ? pages.Page<SharingPage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> OverviewAsync(FormState state, ShowSharingOverview show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<SharingOverviewPage>(new { Model = await show.HandleAsync(state, cancellationToken) });
}
