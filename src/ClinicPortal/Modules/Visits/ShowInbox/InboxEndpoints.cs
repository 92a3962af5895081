using ClinicPortal.Modules.Visits.AcknowledgeReport;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Visits.ShowInbox;

internal static class InboxEndpoints
{
    private static readonly string[] Clinic = [Roles.ClinicDoctor, Roles.ClinicStaff];

    /// <summary>A facility has what clinics let it read.</summary>
    private static readonly string[] Readers = [.. Clinic, Roles.FacilityStaff];

    public static void MapInbox(this IEndpointRouteBuilder app)
    {
        app.MapGet("/inbox", async (ShowInboxHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Page<InboxPage>(new { Model = await show.HandleAsync(refresh: false, cancellationToken) }))
            .RequireRoles(Readers);
        app.MapGet("/inbox/live", async (ShowInboxHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
                pages.Fragment<InboxList>(new { Model = await show.HandleAsync(refresh: true, cancellationToken) }))
            .RequireRoles(Readers);
        app.MapPost("/reports/{id:guid}/acknowledge", AcknowledgeAsync).RequireRoles(Clinic);
    }

    private static Task<IResult> AcknowledgeAsync(
        Guid id, AcknowledgeReportHandler acknowledge, ShowInboxHandler show, FormPost post, PageRenderer pages, CancellationToken cancellationToken)
    {
        var back = "/inbox";
        return post.RunAsync(
            form =>
            {
                back = LocalPath.OrHome(form.Text("return"));
                return acknowledge.HandleAsync(id, cancellationToken);
            },
            _ => back,
            async state => pages.Page<InboxPage>(new { Model = await show.HandleAsync(refresh: false, cancellationToken), Form = state }),
            cancellationToken);
    }
}
