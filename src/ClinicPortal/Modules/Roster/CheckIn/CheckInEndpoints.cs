using ClinicPortal.Modules.Roster.ShowOwnAttendance;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Roster.CheckIn;

internal static class CheckInEndpoints
{
    public static void MapCheckIn(this IEndpointRouteBuilder app)
    {
        app.MapGet("/my-attendance", (string? month, ShowOwnAttendanceHandler show, PageRenderer pages, CancellationToken ct) => PageAsync(month, FormState.Empty, show, pages, ct))
            .RequireRoles(Roles.NightDoctor, Roles.Driver);
        app.MapPost("/shifts/{id:guid}/check-in", (Guid id, FormPost post, CheckInHandler handler, ShowOwnAttendanceHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => handler.CheckInAsync(id, ct), _ => Back(post), state => PageAsync(null, state, show, pages, ct), ct)).RequireRoles(Roles.NightDoctor, Roles.Driver);
        app.MapPost("/shifts/{id:guid}/check-out", (Guid id, FormPost post, CheckInHandler handler, ShowOwnAttendanceHandler show, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.CheckOutAsync(id, form.Value<int>("break"), ct), _ => Back(post), state => PageAsync(null, state, show, pages, ct), ct)).RequireRoles(Roles.NightDoctor, Roles.Driver);
    }

    private static async Task<IResult> PageAsync(string? month, FormState state, ShowOwnAttendanceHandler show, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<OwnAttendancePage>(new { Model = await show.HandleAsync(month, cancellationToken), Form = state });

    /// <summary>To the screen on which the button is.</summary>
    private static string Back(FormPost form) => form.Checked("phone") ? "/phone" : "/my-attendance";
}
