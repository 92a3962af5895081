using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.Pharmacies;

internal static class PharmacyEndpoints
{
    public static void MapPharmacies(this IEndpointRouteBuilder app)
    {
        app.MapGet("/pharmacies", (WritePharmacy pharmacies, PageRenderer pages, CancellationToken ct) => ShowAsync(null, FormState.Empty, pharmacies, pages, ct))
            .RequireRoles(WritePharmacy.Readers);
        app.MapPost("/pharmacies", (WritePharmacy pharmacies, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => pharmacies.AddAsync(Details(form), ct), _ => "/pharmacies", state => ShowAsync(null, state, pharmacies, pages, ct), ct))
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        app.MapGet("/pharmacies/{id:guid}", (Guid id, WritePharmacy pharmacies, PageRenderer pages, CancellationToken ct) => ShowAsync(id, FormState.Empty, pharmacies, pages, ct))
            .RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
        app.MapPost("/pharmacies/{id:guid}", (Guid id, WritePharmacy pharmacies, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => pharmacies.EditAsync(id, form.Value<uint>("version"), Details(form), form.Checked("listed"), ct), _ => "/pharmacies",
            state => ShowAsync(id, state, pharmacies, pages, ct), ct)).RequireRoles(Roles.ClinicDoctor, Roles.ClinicStaff);
    }

    private static async Task<IResult> ShowAsync(Guid? id, FormState state, WritePharmacy pharmacies, PageRenderer pages, CancellationToken cancellationToken) =>
        await pharmacies.ShowAsync(id, state, cancellationToken) is { } model ? pages.Page<PharmaciesPage>(new { Model = model }) : Results.NotFound();

    private static PharmacyDetails Details(FormPost form) =>
        new(form.Text("name") ?? "", form.Text("address") ?? "", form.Text("phone") ?? "", form.Text("fax"), form.Text("email"));
}
