using ClinicPortal.Modules.Associations.Data;
using ClinicPortal.Modules.Associations.Domain;
using ClinicPortal.Modules.Associations.WriteMember;
using ClinicPortal.Shared.Csv;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Associations.ImportMembers;

/// <param name="Details">What would be registered; null when there are problems.</param>
internal sealed record CheckedClinic(CsvRow Row, MemberClinicDetails? Details, IReadOnlyList<Error> Problems);

internal sealed record CheckedMembers(IReadOnlyList<CheckedClinic> Rows, IReadOnlyList<string> UnknownColumns)
{
    public int Bad => Rows.Count(r => r.Details is null);

    /// <summary>Tells two previews apart that found other rows good.</summary>
    public string Fingerprint => CsvRow.Fingerprint(Rows.Where(r => r.Details is not null).Select(r => r.Row));
}

/// <summary>Checks every row of a file by itself, against the other rows, and against the members that the association has.</summary>
public sealed class MemberImportCheck(AssociationsDbContext db, MemberCheck association)
{
    internal async Task<Result<CheckedMembers>> RunAsync(string content, CancellationToken cancellationToken)
    {
        var file = MemberColumns.Read(content);
        if (!file.Succeeded)
        {
            return Result<CheckedMembers>.Refused(file.Errors);
        }
        var towns = TownBlocks.Of(association.Association);
        var known = new Known(await db.Clinics.Select(c => new ValueTuple<string, string?>(c.InstitutionCode, c.LinkedGroup)).ToListAsync(cancellationToken));
        return new CheckedMembers([.. file.Value.Rows.Select(row => Check(row, towns, known))], file.Value.UnknownColumns);
    }

    private static CheckedClinic Check(CsvRow row, TownBlocks towns, Known known)
    {
        var reader = new ClinicReader(MemberColumns.Written(row), towns);
        var details = reader.Read();
        Error[] problems = [.. reader.Problems, .. known.Meet(row, details)];
        return new CheckedClinic(row, problems.Length == 0 ? details : null, problems);
    }

    /// <summary>Who is there already: in the database (line 0), and in the lines of the file read so far.</summary>
    private sealed class Known(IReadOnlyCollection<(string Code, string? Group)> members)
    {
        private readonly Dictionary<string, int> codes = members.ToDictionary(m => m.Code, _ => 0);
        private readonly Dictionary<string, int> groups = members.Where(m => m.Group is not null).CountBy(m => m.Group!).ToDictionary();

        public IEnumerable<Error> Meet(CsvRow row, MemberClinicDetails? details)
        {
            var code = details?.InstitutionCode.ToString() ?? row[MemberColumns.Code];
            if (code.Length > 0 && !codes.TryAdd(code, row.Line))
            {
                yield return codes[code] is var line and > 0
                    ? Error.OnField(ClinicField.Code, "members.same-code-in-line", line)
                    : Error.OnField(ClinicField.Code, "clinic.code-exists");
            }
            if (details?.LinkedGroup is { } group)
            {
                groups[group] = groups.GetValueOrDefault(group) + 1;
                if (groups[group] > MemberClinic.MostInLinkedGroup)
                {
                    yield return Error.OnField(ClinicField.Group, "clinic.group-full", MemberClinic.MostInLinkedGroup);
                }
            }
        }
    }
}
