using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.SettleAfterMembership;

internal static class SettleEndpoints
{
    public static void MapSettleAppointments(this IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("/members/{id:guid}/appointments").RequireRoles(Roles.Secretariat);
        open.MapGet("", (Guid id, SettleAppointments settle, PageRenderer pages, CancellationToken ct) => PageAsync(id, null, FormState.Empty, settle, pages, ct));
        open.MapPost("/cancel", (Guid id, FormPost post, SettleAppointments settle, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => settle.CallOffAllAsync(id, ct), _ => $"/members/{id}/appointments", state => PageAsync(id, null, state, settle, pages, ct), ct));
        open.MapPost("/{appointment:guid}/cancel", (Guid id, Guid appointment, FormPost post, SettleAppointments settle, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            _ => settle.CallOffAsync(id, appointment, ct), _ => $"/members/{id}/appointments", state => PageAsync(id, appointment, state, settle, pages, ct), ct));
        open.MapPost("/{appointment:guid}/hand-over", (Guid id, Guid appointment, FormPost post, SettleAppointments settle, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => settle.HandOverAsync(id, appointment, form.Value<Guid>("doctor"), ct), _ => $"/members/{id}/appointments",
            state => PageAsync(id, appointment, state, settle, pages, ct), ct));
    }

    private static async Task<IResult> PageAsync(
        Guid id, Guid? refused, FormState form, SettleAppointments settle, PageRenderer pages, CancellationToken cancellationToken) =>
        await settle.ShowAsync(id, refused, form, cancellationToken) is { } model ? pages.Page<SettlePage>(new { Model = model }) : Results.NotFound();
}
