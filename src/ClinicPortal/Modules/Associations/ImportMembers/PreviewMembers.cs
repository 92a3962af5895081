using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ImportMembers;

/// <param name="Cells">The previewed columns, in their order.</param>
/// <param name="OtherProblems">Of columns that are not previewed: heading, value, what is wrong.</param>
public sealed record MemberPreviewRow(int Line, IReadOnlyList<MemberPreviewCell> Cells, IReadOnlyList<MemberPreviewCell> OtherProblems)
{
    public bool HasProblems => OtherProblems.Count > 0 || Cells.Any(c => c.Problem is not null);
}

public sealed record MemberPreviewCell(string Column, string Value, string? Problem);

/// <param name="Invitations">How many first administrators will be invited by mail.</param>
/// <param name="Fingerprint">Sent along with the confirmation, which is refused if other rows are good by then.</param>
public sealed record MemberPreview(
    Guid Id, string FileName, int? ImportedClinics, IReadOnlyList<MemberPreviewRow> Rows, int Total, int Bad, int Invitations, bool OnlyProblems,
    IReadOnlyList<string> UnknownColumns, string Fingerprint);

/// <summary>Every row of an uploaded list with what is wrong with it, before anything is saved.</summary>
public sealed class PreviewMembers(AssociationsDbContext db, MemberImportCheck check, Problems problems)
{
    /// <returns>Null when this association has no such file.</returns>
    public async Task<MemberPreview?> HandleAsync(Guid id, bool onlyProblems, CancellationToken cancellationToken)
    {
        var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
        if (import?.Content is null)
        {
            return import is null ? null : new MemberPreview(id, import.FileName, import.ImportedClinics, [], 0, 0, 0, onlyProblems, [], "");
        }
        var file = (await check.RunAsync(import.Content, cancellationToken)).Value;
        return new MemberPreview(
            id, import.FileName, null, [.. file.Rows.Where(r => !onlyProblems || r.Details is null).Select(Row)], file.Rows.Count, file.Bad,
            file.Rows.Count(r => r.Details?.ContactEmail is not null), onlyProblems, file.UnknownColumns, file.Fingerprint);
    }

    private MemberPreviewRow Row(CheckedClinic row)
    {
        var byColumn = row.Problems.ToLookup(p => MemberColumns.Heading(p.Field!), problems.Message);
        MemberPreviewCell Cell(string column) => new(column, row.Row[column], byColumn.Contains(column) ? string.Join(" ", byColumn[column]) : null);
        return new MemberPreviewRow(
            row.Row.Line, [.. MemberColumns.Previewed.Select(Cell)],
            [.. byColumn.Select(p => p.Key).Except(MemberColumns.Previewed).Select(Cell)]);
    }
}
