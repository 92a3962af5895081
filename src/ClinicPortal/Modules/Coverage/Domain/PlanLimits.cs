using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Modules.Coverage.Domain;

/// <summary>What a plan is for, and what it says beyond that.</summary>
internal static class PlanLimits
{
    /// <summary>A count of calls decides something: whoever only charges for more need not count while the phone rings.</summary>
    public static bool CountsCalls(PricePlan plan) => plan is { MostCalls: not null, BeyondCalls: not BeyondLimit.Charge };

    /// <param name="calls">Of the month, before this one.</param>
    /// <returns>The strictest of the limits that are passed; null within the plan.</returns>
    public static BeyondPlan? Passed(PricePlan plan, bool isHoliday, int patients, int calls)
    {
        if (!plan.CoversNight(isHoliday))
        {
            return new BeyondPlan(PlanLimit.Nights, BeyondLimit.Refuse, 0);
        }
        var tooManyPatients = plan.MostPatients is { } mostPatients && mostPatients < patients ? new BeyondPlan(PlanLimit.Patients, plan.BeyondPatients, mostPatients) : null;
        var tooManyCalls = plan.MostCalls is { } mostCalls && mostCalls <= calls ? new BeyondPlan(PlanLimit.Calls, plan.BeyondCalls, mostCalls) : null;
        return tooManyCalls is null || tooManyPatients?.Then >= tooManyCalls.Then ? tooManyPatients : tooManyCalls;
    }
}
