using ClinicPortal.Modules.Coverage.Contracts;
using ClinicPortal.Modules.Coverage.Domain;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Tests.Billing;

namespace ClinicPortal.Tests.Coverage;

public sealed class PlanLimitsTests
{
    private static readonly PricePlan Plan = AMonth.Prices.Versions[0].PlanNamed("standard")!;

    [Theory]
    [InlineData(BeyondLimit.Charge, false, true)]
    [InlineData(BeyondLimit.Ask, true, true)]
    [InlineData(BeyondLimit.Refuse, false, false)]
    public void Calls_WithinTheLimitPass_AndBeyondItThePlanDecides(BeyondLimit then, bool asks, bool covered)
    {
        var plan = Plan with { MostCalls = 40, BeyondCalls = then };
        Assert.Null(PlanLimits.Passed(plan, false, 10, 39));

        var passed = PlanLimits.Passed(plan, false, 10, 40);

        Assert.Equal(new BeyondPlan(PlanLimit.Calls, then, 40), passed);
        var held = new CoverInfo(default, default, CoverKind.Plan, "standard", default, default, null, 10) { Beyond = passed };
        Assert.Equal((asks, covered), (held.AskFirst, held.IsCovered));
    }

    [Fact]
    public void SeveralLimits_TheStrictestHolds()
    {
        var plan = Plan with { MostPatients = 20, BeyondPatients = BeyondLimit.Refuse, MostCalls = 40, BeyondCalls = BeyondLimit.Ask };
        Assert.Equal(PlanLimit.Patients, PlanLimits.Passed(plan, false, 21, 40)!.Limit);
        Assert.Equal(PlanLimit.Calls, PlanLimits.Passed(plan, false, 20, 40)!.Limit);
        Assert.Equal(PlanLimit.Calls, PlanLimits.Passed(plan with { BeyondPatients = BeyondLimit.Charge }, false, 21, 40)!.Limit);
    }

    [Fact]
    public void PlanForHolidays_CoversNoOtherNight()
    {
        var plan = Plan with { Covers = CoveredNights.Holidays };
        Assert.Null(PlanLimits.Passed(plan, true, 10, 0));
        Assert.Equal(new BeyondPlan(PlanLimit.Nights, BeyondLimit.Refuse, 0), PlanLimits.Passed(plan, false, 10, 0));
    }

    [Theory]
    [InlineData(null, BeyondLimit.Refuse, false)]
    [InlineData(40, BeyondLimit.Charge, false)]
    [InlineData(40, BeyondLimit.Ask, true)]
    public void Calls_AreCountedOnlyWhereThatDecidesSomething(int? most, BeyondLimit then, bool counts) =>
        Assert.Equal(counts, PlanLimits.CountsCalls(Plan with { MostCalls = most, BeyondCalls = then }));
}
