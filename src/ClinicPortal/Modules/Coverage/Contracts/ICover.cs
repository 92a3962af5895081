using ClinicPortal.Modules.Associations.Contracts;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Coverage.Contracts;

/// <summary>How a clinic comes to be under cover on a night.</summary>
public enum CoverKind
{
    Plan,

    /// <summary>The night was bought by itself.</summary>
    SingleNight,

    /// <summary>The holiday was bought by itself (休日24時間).</summary>
    HolidayDay,
}

/// <summary>A clinic's cover on a night: its subscription (契約), or a night that it has bought.</summary>
/// <param name="Plan">Code of the plan in the association's price list.</param>
/// <param name="PriceFrom">A day of the price list that holds for it.</param>
/// <param name="EndsOn">The last night, itself covered; null while it runs on.</param>
/// <param name="PatientsCovered">As counted at the end of the last month; before the first as the clinic said.</param>
public sealed record CoverInfo(Guid TenantId, ClinicId ClinicId, CoverKind Kind, string Plan, DateOnly PriceFrom, DateOnly StartsOn, DateOnly? EndsOn, int PatientsCovered)
{
    /// <summary>Beyond what the plan is for; null within it.</summary>
    public BeyondPlan? Beyond { get; init; }

    public bool IsCovered => Beyond is not { Then: BeyondLimit.Refuse };

    /// <summary>Whoever leads the night is asked before anybody is sent.</summary>
    public bool AskFirst => Beyond is { Then: BeyondLimit.Ask };

    /// <summary>The night is one of the trial.</summary>
    public bool InTrial { get; init; }

    public LocalizedText? PlanName { get; init; }
}

/// <summary>Which of a plan's limits is passed.</summary>
public enum PlanLimit
{
    /// <summary>The plan does not cover such nights.</summary>
    Nights,

    Patients,

    Calls,
}

/// <param name="Then">What the plan says of it: the strictest, where several limits are passed.</param>
/// <param name="Most">The limit; 0 of nights.</param>
public sealed record BeyondPlan(PlanLimit Limit, BeyondLimit Then, int Most);

/// <summary>Which clinics are under night cover, within the tenants in scope.</summary>
public interface ICover
{
    /// <summary>What a clinic holds on a night decides what the desk may do for it; one round trip, and another where the plan has a limit of calls.</summary>
    /// <param name="at">When the call came: those before it count towards the plan's limit.</param>
    /// <returns>Null when the clinic holds nothing on the night that bears this date; what it holds does not cover what is beyond a plan that refuses then.</returns>
    Task<CoverInfo?> ForClinicAsync(ClinicId id, DateOnly night, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>All clinics in scope under cover on the night that bears this date.</summary>
    /// <param name="at">Calls before it count.</param>
    Task<IReadOnlyList<CoverInfo>> ListAsync(DateOnly night, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Everything that prices of the nights from one date to another hang on, in four queries however many clinics there are.</summary>
    /// <param name="clinics">Only theirs.</param>
    Task<CoverHistory> HistoryAsync(DateOnly from, DateOnly until, ClinicRange clinics, CancellationToken cancellationToken);
}

/// <param name="Patients">By clinic and the last day of a month; where nobody has counted it is missing.</param>
public sealed record CoverHistory(
    IReadOnlyList<CoverTerm> Terms, IReadOnlyList<CoverPause> Pauses, IReadOnlyList<BoughtNightInfo> Nights, IReadOnlyDictionary<(ClinicId Clinic, DateOnly Day), int> Patients);

/// <summary>A version of a subscription.</summary>
/// <param name="ContractStartsOn">The first night of the subscription, of which this may be a later version.</param>
/// <param name="TrialUntil">The last night without a base.</param>
public sealed record CoverTerm(
    Guid Id, ClinicId ClinicId, string Plan, DateOnly PriceFrom, DateOnly StartsOn, DateOnly? EndsOn, DateOnly ContractStartsOn, DateOnly? TrialUntil, int PatientsCovered)
{
    public bool Covers(DateOnly night) => StartsOn <= night && (EndsOn is not { } end || night <= end);
}

/// <summary>Nights without cover.</summary>
public sealed record CoverPause(ClinicId ClinicId, DateOnly From, DateOnly? Until)
{
    public bool Covers(DateOnly night) => From <= night && (Until is not { } until || night <= until);
}

public sealed record BoughtNightInfo(Guid Id, ClinicId ClinicId, DateOnly Night, CoverKind Kind, string Plan, DateOnly PriceFrom, int Yen, DateTimeOffset BoughtAt);
