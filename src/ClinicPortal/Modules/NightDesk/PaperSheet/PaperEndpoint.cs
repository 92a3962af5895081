using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.NightDesk.PaperSheet;

internal static class PaperEndpoint
{
    /// <summary>紙の控え: for the desk of all it serves, for a clinic of its own patients.</summary>
    public static void MapPaperSheet(this IEndpointRouteBuilder app)
    {
        app.MapGet("/paper", async (PaperSheetHandler paper, AuditTrail audit, PageRenderer pages, CancellationToken cancellationToken) =>
        {
            var sheet = await paper.HandleAsync(withPatients: false, cancellationToken);
            Record(sheet, audit, "paper-cases");
            return pages.Page<PaperPage>(new { Model = sheet });
        }).RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff);
        app.MapGet("/paper/patients", async (PaperSheetHandler paper, AuditTrail audit, PageRenderer pages, CancellationToken cancellationToken) =>
        {
            var sheet = await paper.HandleAsync(withPatients: true, cancellationToken);
            Record(sheet, audit, "paper-patients");
            return pages.Page<PaperPage>(new { Model = sheet });
        }).RequireRoles(Roles.DeskOperator, Roles.ClinicDoctor, Roles.ClinicStaff);
    }

    /// <summary>Both sheets have the cases; paper leaves no trace of who reads it later.</summary>
    private static void Record(PaperSheet sheet, AuditTrail audit, string document)
    {
        audit.Exported("case", sheet.Associations.SelectMany(a => a.Cases.Select(c => (a.TenantId, c.Id, c.PatientId))), document);
        audit.Exported("patient", sheet.Associations.SelectMany(a => (a.Patients ?? []).Select(p => (a.TenantId, p.Id))), document);
    }
}
