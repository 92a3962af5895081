using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Modules.Patients.Contracts;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Secrets;

namespace ClinicPortal.Modules.Patients.Domain;

/// <summary>A patient who is looked after at home (在宅患者), registered by the primary physician's clinic.</summary>
public sealed class Patient : ISealedRow
{
    private Patient()
    {
    }

    public Guid TenantId { get; private set; }

    public Guid Id { get; private set; }

    public string FamilyName { get; private set; } = "";

    public string GivenName { get; private set; } = "";

    public string FamilyKana { get; private set; } = "";

    public string GivenKana { get; private set; } = "";

    public DateOnly BirthDate { get; private set; }

    public Sex Sex { get; private set; }

    public string? Phone { get; private set; }

    public string? Mobile { get; private set; }

    public Sealed<PatientPlace> SealedPlace { get; private set; } = null!;

    public PatientPlace Place => SealedPlace.Value;

    public Guid PrimaryClinicId { get; private set; }

    public string PrimaryClinicName { get; private set; } = "";

    public Guid? SecondaryClinicId { get; private set; }

    public string? SecondaryClinicName { get; private set; }

    public Guid? FacilityId { get; private set; }

    public string? FacilityName { get; private set; }

    /// <summary>The clinic's own chart number (カルテ番号).</summary>
    public string? ChartNumber { get; private set; }

    public Sealed<ChartSummary> SealedChart { get; private set; } = null!;

    public ChartSummary Chart => SealedChart.Value;

    /// <summary>All that the words of a query are compared with, in the form of <see cref="SearchText"/>, separated by spaces.</summary>
    public string SearchText { get; private set; } = "";

    public DateTimeOffset RegisteredAt { get; private set; }

    public uint Version { get; private set; }

    public static Patient Register(Guid tenantId, Guid id, PatientDetails details, DateTimeOffset now)
    {
        var patient = new Patient { TenantId = tenantId, Id = id, RegisteredAt = now };
        patient.Write(details);
        return patient;
    }

    /// <summary>Everything is as written now. The door stays where it is known to be while the address does not change.</summary>
    public void Amend(PatientDetails details) =>
        Write(details.Address == Place.Address ? details with { TownName = Place.TownName, Latitude = Place.Latitude, Longitude = Place.Longitude } : details);

    /// <summary>The rows of <c>patient_term</c> that make this patient findable, each once.</summary>
    public IEnumerable<string> SearchTerms() => SearchLetters().SelectMany(Domain.SearchText.TermsOfLetters)
        .Concat(SearchNumbers().SelectMany(Domain.SearchText.TermsOfPhone))
        .Concat(ChartNumber is null ? [] : [Domain.SearchText.WholeMark + Domain.SearchText.Letters(ChartNumber)])
        .Distinct(StringComparer.Ordinal);

    private void Write(PatientDetails details)
    {
        (FamilyName, GivenName, FamilyKana, GivenKana) = (details.FamilyName, details.GivenName, details.FamilyKana, details.GivenKana);
        (BirthDate, Sex, Phone, Mobile) = (details.BirthDate, details.Sex, details.Phone, details.Mobile);
        SealedPlace = new PatientPlace(details.Address, details.TownName, details.Latitude, details.Longitude, details.Room);
        (PrimaryClinicId, PrimaryClinicName) = (details.PrimaryClinic.Id.Value, details.PrimaryClinic.Name);
        (SecondaryClinicId, SecondaryClinicName) = (details.SecondaryClinic?.Id.Value, details.SecondaryClinic?.Name);
        (FacilityId, FacilityName) = (details.Facility?.Id.Value, details.Facility?.Name);
        (ChartNumber, SealedChart) = (details.ChartNumber, details.Chart);
        SearchText = string.Join(' ', SearchLetters().Concat(SearchNumbers()));
    }

    private IEnumerable<string> SearchLetters() =>
        [Domain.SearchText.Letters(FamilyName + GivenName), Domain.SearchText.Letters(FamilyKana + GivenKana)];

    /// <summary>Families call too, from their own numbers.</summary>
    private IEnumerable<string> SearchNumbers() => new[] { Phone, Mobile }.Concat(Chart.KeyPersons.Select(person => person.Phone))
        .OfType<string>().Select(PhoneDigits.Of).Where(digits => digits.Length > 0).Distinct(StringComparer.Ordinal);
}

/// <summary>Where a patient lives.</summary>
/// <param name="TownName">町丁目.</param>
/// <param name="Room">In the facility.</param>
public sealed record PatientPlace(string Address, string TownName, double? Latitude, double? Longitude, string? Room);

/// <summary>What is known of a patient.</summary>
public sealed record PatientDetails
{
    public required string FamilyName { get; init; }

    public required string GivenName { get; init; }

    public required string FamilyKana { get; init; }

    public required string GivenKana { get; init; }

    public required DateOnly BirthDate { get; init; }

    public required Sex Sex { get; init; }

    public string? Phone { get; init; }

    public string? Mobile { get; init; }

    public required string Address { get; init; }

    public required string TownName { get; init; }

    public double? Latitude { get; init; }

    public double? Longitude { get; init; }

    public required (ClinicId Id, string Name) PrimaryClinic { get; init; }

    public (ClinicId Id, string Name)? SecondaryClinic { get; init; }

    public (FacilityId Id, string Name)? Facility { get; init; }

    public string? Room { get; init; }

    public string? ChartNumber { get; init; }

    public required ChartSummary Chart { get; init; }
}
