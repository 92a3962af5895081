using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.SwitchToVideo;

internal static class VideoEndpoints
{
    public static void MapSwitchToVideo(this IEndpointRouteBuilder app)
    {
        // The case knows that a doctor sees the patient by video, not by which appointment.
        app.MapGet("/cases/{id:guid}/video", async (Guid id, SwitchToVideoHandler video, CancellationToken ct) =>
                await video.LastOfAsync(id, ct) is { } appointment ? FormPost.SeeOther($"/appointments/{appointment}") : Results.NotFound())
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff, Roles.FacilityStaff);
        app.MapPost("/cases/{id:guid}/video",
            (Guid id, FormPost post, SwitchToVideoHandler video, AuditTrail audit, PageRenderer pages, CancellationToken ct) => post.RunAsync(
                _ => video.HandleAsync(id, ct), booked => $"/appointments/{booked.Appointment}/links?shown={booked.Shown}",
                async state =>
                {
                    if (await video.FindAsync(id, ct) is not { } found)
                    {
                        return Results.NotFound();
                    }
                    audit.Opened(found.TenantId, "case", id, detail: "video", patient: found.PatientId);
                    return pages.Page<VideoRefusedPage>(new { Model = found, Form = state });
                }, ct))
            .RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff);
    }
}
