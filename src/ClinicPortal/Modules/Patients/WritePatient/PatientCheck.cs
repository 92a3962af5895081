using ClinicPortal.Modules.Patients.Data;
using ClinicPortal.Modules.Patients.Domain;
using ClinicPortal.Shared.Results;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Patients.WritePatient;

/// <summary>Reads what was typed of a patient, and refuses somebody whom the clinic has registered already.</summary>
public sealed class PatientCheck(PatientsDbContext db, PatientContexts contexts)
{
    /// <param name="registered">Whom it is about; null for a new patient.</param>
    public async Task<Result<PatientDetails>> RunAsync(WrittenPatient written, Patient? registered, CancellationToken cancellationToken)
    {
        var context = await contexts.OwnAsync(cancellationToken);
        if (!context.MayWrite)
        {
            return new Error("patient.clinic-not-active", ErrorKind.Forbidden);
        }
        var reader = new PatientReader(written, context);
        return reader.Read() is not { } details
            ? Result<PatientDetails>.Refused(reader.Problems)
            : await TakenAsync(details, registered, cancellationToken) is { Count: > 0 } problems
                ? Result<PatientDetails>.Refused(problems)
                : details;
    }

    /// <summary>Among the clinic's own patients only: whom another clinic looks after is not for this one to learn.</summary>
    private async Task<List<Error>> TakenAsync(PatientDetails details, Patient? registered, CancellationToken cancellationToken)
    {
        var (clinic, self) = (details.PrimaryClinic.Id.Value, registered?.Id);
        var alike = await db.Patients.AsNoTracking()
            .Where(p => p.PrimaryClinicId == clinic && p.Id != self
                && (p.BirthDate == details.BirthDate || (details.ChartNumber != null && p.ChartNumber == details.ChartNumber)))
            .Select(p => new { p.FamilyName, p.GivenName, p.BirthDate, p.ChartNumber })
            .ToListAsync(cancellationToken);
        var name = SearchText.Letters(details.FamilyName + details.GivenName);
        // Two people of one name and birthday who are registered both may each be written.
        var renamed = registered is null || registered.BirthDate != details.BirthDate || SearchText.Letters(registered.FamilyName + registered.GivenName) != name;
        var problems = new List<Error>();
        if (renamed && alike.Exists(p => p.BirthDate == details.BirthDate && SearchText.Letters(p.FamilyName + p.GivenName) == name))
        {
            problems.Add(Error.OnField(PatientField.FamilyName, "patient.exists"));
        }
        if (details.ChartNumber is { } number && alike.Exists(p => p.ChartNumber == number))
        {
            problems.Add(Error.OnField(PatientField.ChartNumber, "patient.chart-number-exists"));
        }
        return problems;
    }
}
