using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.WriteCarePlan;

internal static class CarePlanEndpoints
{
    public static void MapCarePlans(this IEndpointRouteBuilder app)
    {
        app.MapGet("/patients/{id:guid}/care-plan", (Guid id, WriteCarePlan plans, PageRenderer pages, CancellationToken ct) =>
            ShowAsync(id, FormState.Empty, plans, pages, ct)).RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        app.MapPost("/patients/{id:guid}/care-plan", (Guid id, WriteCarePlan plans, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => plans.HandleAsync(id, Written(form), ct), _ => $"/patients/{id}/care-plan", state => ShowAsync(id, state, plans, pages, ct), ct))
            .RequireRoles(Roles.ClinicDoctor);
    }

    private static async Task<IResult> ShowAsync(Guid id, FormState state, WriteCarePlan plans, PageRenderer pages, CancellationToken cancellationToken) =>
        await plans.ShowAsync(id, state, cancellationToken) is { } model ? pages.Page<CarePlanPage>(new { Model = model }) : Results.NotFound();

    private static WrittenPlan Written(FormPost form)
    {
        return new WrittenPlan(
            new CarePlanContent(Text("aims"), Text("conditions"), Text("inPerson"), Text("emergency"), Text("security"), Text("agreedBy")),
            form.WrittenDay("agreedOn", out _), form.WrittenDay("validFrom", out _), form.WrittenDay("validUntil", out _), form.Value<int>("version") ?? 0);

        string Text(string field) => form.Text(field) ?? "";
    }
}
