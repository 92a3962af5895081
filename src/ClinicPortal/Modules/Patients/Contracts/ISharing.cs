namespace ClinicPortal.Modules.Patients.Contracts;

/// <summary>What clinics let others read of their patients' reports.</summary>
public interface ISharing
{
    /// <summary>For the caller's organisation, now.</summary>
    Task<SharedReports> ReportsAsync(CancellationToken cancellationToken);
}

/// <param name="Patients">Whose reports are granted to the caller's organisation one by one.</param>
/// <param name="SecondaryByDefault">Whether the secondary physician's clinic reads reports where the primary one has said nothing.</param>
/// <param name="SecondaryOtherwise">Primary clinics whose rule is the other way round.</param>
/// <param name="Facility">Primary clinics that let the patient's care facility read them.</param>
public sealed record SharedReports(
    IReadOnlyList<Guid> Patients, bool SecondaryByDefault, IReadOnlyList<Guid> SecondaryOtherwise, IReadOnlyList<Guid> Facility)
{
    public static SharedReports Nothing { get; } = new([], false, [], []);
}

/// <summary>Records that were opened in an emergency.</summary>
public interface IBrokenGlass
{
    /// <summary>Those of the caller's clinic's patients in the last days, the last one first: what the clinic is told.</summary>
    Task<IReadOnlyList<BrokenGlassNotice>> OfOwnPatientsAsync(CancellationToken cancellationToken);
}

/// <param name="Reason">One of the fixed reasons, in the reader's language.</param>
public sealed record BrokenGlassNotice(
    Guid Id, PatientId Patient, string PatientName, string Who, string Role, string Reason, string Explanation, DateTimeOffset OpenedAt, DateTimeOffset EndsAt);
