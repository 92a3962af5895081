using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.ImportPatients;

/// <param name="Cells">The previewed columns, in their order.</param>
/// <param name="OtherProblems">Of columns that are not previewed: heading, value, what is wrong.</param>
public sealed record PreviewRow(int Line, IReadOnlyList<PreviewCell> Cells, IReadOnlyList<PreviewCell> OtherProblems)
{
    public bool HasProblems => OtherProblems.Count > 0 || Cells.Any(c => c.Problem is not null);
}

public sealed record PreviewCell(string Column, string Value, string? Problem);

/// <param name="Fingerprint">Sent along with the confirmation, which is refused if the rows to import have changed meanwhile.</param>
public sealed record PreviewModel(
    Guid Id, string FileName, int? ImportedPatients, IReadOnlyList<PreviewRow> Rows, int Total, int Good, bool OnlyProblems, int Page, int Pages,
    IReadOnlyList<string> UnknownColumns, string Fingerprint)
{
    public int Bad => Total - Good;
}

/// <summary>Every row of an uploaded file with what is wrong with it, before anything is saved.</summary>
public sealed class PreviewImport(PatientsDbContext db, ImportCheck check, CurrentUser user, AuditTrail audit, Problems problems)
{
    private const int PageSize = 200;

    /// <returns>Null when this clinic has no such file.</returns>
    public async Task<PreviewModel?> HandleAsync(Guid id, bool onlyProblems, int page, CancellationToken cancellationToken)
    {
        var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id && i.ClinicId == user.OrganisationId, cancellationToken);
        if (import is null)
        {
            return null;
        }
        if (import.Content is null)
        {
            return new PreviewModel(id, import.FileName, import.ImportedPatients, [], 0, 0, onlyProblems, 1, 1, [], "");
        }
        audit.Opened(import.TenantId, "patient-import", id);
        return Model(import, (await check.RunAsync(import.Content, cancellationToken)).Value, onlyProblems, page);
    }

    private PreviewModel Model(PatientImport import, CheckedFile file, bool onlyProblems, int page)
    {
        var shown = file.Rows.Where(r => !onlyProblems || r.Details is null).ToList();
        var pages = Math.Max(1, (shown.Count + PageSize - 1) / PageSize);
        page = Math.Clamp(page, 1, pages);
        return new PreviewModel(
            import.Id, import.FileName, null, [.. shown.Skip((page - 1) * PageSize).Take(PageSize).Select(Row)], file.Rows.Count, file.Good.Count(), onlyProblems,
            page, pages, file.UnknownColumns, file.Fingerprint);
    }

    private PreviewRow Row(CheckedRow row)
    {
        var byColumn = row.Problems.ToLookup(p => PatientColumns.Heading(p.Field!), problems.Message);
        PreviewCell Cell(string column) => new(column, row.Row[column], byColumn.Contains(column) ? string.Join(" ", byColumn[column]) : null);
        return new PreviewRow(
            row.Row.Line, [.. PatientColumns.Previewed.Select(Cell)],
            [.. byColumn.Select(p => p.Key).Except(PatientColumns.Previewed).Select(Cell)]);
    }
}
