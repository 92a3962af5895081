using ClinicPortal.Modules.Billing.Metering;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

public sealed class PriceTrialTests
{
    private static readonly PriceListVersion List = new()
    {
        EffectiveFrom = new DateOnly(2026, 4, 1),
        TaxCategory = TaxCategory.Taxable10,
        Plans =
        [
            new PricePlan
            {
                Code = "standard", Name = new LocalizedText { Ja = "夜間休日", En = "Night cover" }, MonthlyBase = [new() { UpToPatients = 30, Yen = 50_000 }, new() { UpToPatients = 50, Yen = 80_000 }],
                PerPatientAbove = 1_000, MinimumMonths = 3, IncludedCalls = 5, Call = 3_000, Visit = new VisitPrices { None = 18_000, Night = 18_001, Holiday = 18_002, DeepNight = 25_000 },
                EndOfLife = 10_000, Video = 6_000, MonthlyMinimum = 40_000,
            },
        ],
        Nights = new NightPrices { Plan = "standard", SingleNight = 30_000, HolidayDay = 60_000 },
    };

    [Fact]
    public void NothingTyped_IsTheList()
    {
        var trial = PriceTrial.Of(List, _ => null);

        Assert.Empty(trial.Changes);
        Assert.Equivalent(List, trial.Tried, strict: true);
        Assert.Equal(["50000", "80000", "1000", "5", "3000", "18000", "18001", "18002", "25000", "10000", "6000", "40000"], trial.Plans[0].Prices.Select(p => p.Written));
        Assert.Equal(["30000", "60000"], trial.Plans[1].Prices.Select(p => p.Written));
    }

    [Fact]
    public void EveryPrice_GoesWhereItBelongs()
    {
        var names = PriceTrial.Of(List, _ => null).Plans.SelectMany(p => p.Prices).Select(p => p.Name).ToList();

        var tried = PriceTrial.Of(List, name => $"{100 + names.IndexOf(name)}").Tried;

        var plan = tried.Plans[0];
        Assert.Equal([100, 101], plan.MonthlyBase.Select(t => t.Yen));
        Assert.Equal([30, 50], plan.MonthlyBase.Select(t => t.UpToPatients));
        Assert.Equal((102, 103, 104), (plan.PerPatientAbove, plan.IncludedCalls, plan.Call));
        Assert.Equal(new VisitPrices { None = 105, Night = 106, Holiday = 107, DeepNight = 108 }, plan.Visit);
        Assert.Equal((109, 110, 111), (plan.EndOfLife, plan.Video, plan.MonthlyMinimum));
        Assert.Equal((112, 113), (tried.Nights!.SingleNight, tried.Nights.HolidayDay));
    }

    [Theory]
    [InlineData("3500", 3_500)]
    [InlineData("3,500", 3_500)]
    [InlineData("3,500円", 3_500)]
    [InlineData("¥3500", 3_500)]
    [InlineData(" ", 3_000)]
    [InlineData("0", 0)]
    [InlineData("-1", null)]
    [InlineData("3.5", null)]
    [InlineData("高い", null)]
    [InlineData("100000001", null)]
    public void WhatIsTyped_IsReadAsPeopleWriteYen(string typed, int? yen)
    {
        var trial = PriceTrial.Of(List, name => name == "standard.call" ? typed : null);

        Assert.Equal(yen, trial.Plans[0].Prices.Single(p => p.Kind == "call").TriedYen);
        Assert.Equal(yen is null, trial.IsWrong);
        Assert.Equal(yen ?? 3_000, trial.Tried.Plans[0].Call);
    }
}
