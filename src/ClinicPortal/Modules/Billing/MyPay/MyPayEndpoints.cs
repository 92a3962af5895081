using ClinicPortal.Modules.Billing.ShowPaySheets;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.MyPay;

internal static class MyPayEndpoints
{
    public static void MapMyPay(this IEndpointRouteBuilder app)
    {
        var mine = app.MapGroup("/my-pay").RequireRoles(Roles.NightDoctor, Roles.Driver);
        mine.MapGet("", async (ShowMyPay show, PageRenderer pages, CancellationToken ct) => pages.Page<MyPayPage>(new { Model = await show.HandleAsync(ct) }));
        mine.MapGet("/{id:guid}", async (Guid id, ShowPaySheets.ShowPaySheets show, PageRenderer pages, CancellationToken ct) =>
            await show.OneAsync(id, own: true, null, FormState.Empty, ct) is { } model ? pages.Page<MyPaySheetPage>(new { Model = model }) : Results.NotFound());
        mine.MapGet("/{id:guid}/print", async (Guid id, ShowPaySheets.ShowPaySheets show, PageRenderer pages, CancellationToken ct) =>
            await show.OneAsync(id, own: true, "print", FormState.Empty, ct) is { } model ? pages.Page<PaySheetPrint>(new { Model = model }) : Results.NotFound());
    }
}
