using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Tenancy.Settings;

namespace ClinicPortal.Tests.Billing;

public sealed class MonthPricingTests
{
    [Theory]
    [InlineData(0, 50_000)]
    [InlineData(30, 50_000)]
    [InlineData(31, 80_000)]
    [InlineData(50, 80_000)]
    [InlineData(53, 83_000)]
    public void Base_GoesByThePatientsAtTheEndOfTheMonth(int patients, int yen)
    {
        var month = new AMonth { PatientsAtEnd = patients };
        month.Subscribe("standard", 1, said: 7);
        Assert.Equal([(InvoiceLineKind.MonthlyBase, yen)], month.Lines());
    }

    [Fact]
    public void Base_WhereNobodyCounted_GoesByTheNumberThatTheClinicGave()
    {
        var month = new AMonth();
        month.Subscribe("standard", 1, said: 40);
        Assert.Equal([(InvoiceLineKind.MonthlyBase, 80_000)], month.Lines());
    }

    [Fact]
    public void Upgrade_IsChargedByTheDay_EachPartByItsOwnPlan()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("light", 1, 10);
        month.Subscribe("standard", 11, null);
        // 25,000 × 10/30, and 50,000 less 50,000 × 10/30, of which a part of a yen is dropped.
        Assert.Equal([(InvoiceLineKind.MonthlyBase, 8_333), (InvoiceLineKind.MonthlyBase, 33_334)], month.Lines());
    }

    [Fact]
    public void Pause_AndTrial_HaveNoBase()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("standard", 1, null, trialUntil: 6);
        month.Pause(13, 24);
        Assert.Equal([(InvoiceLineKind.MonthlyBase, 10_000), (InvoiceLineKind.MonthlyBase, 10_000)], month.Lines());
    }

    [Fact]
    public void Calls_BeyondTheIncludedOnes_AreCharged_InTheOrderInWhichTheyBecameKnown()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("light", 1);
        month.Call(20);
        month.Call(3);
        month.Call(5);
        Assert.Equal([0, 0, 4_000], month.Whole(false).Select(l => l.Yen));
        Assert.Equal([20, 3, 5], month.Whole(false).Select(l => l.Night.Day));
    }

    [Fact]
    public void Minimum_MakesUpTheDifference_OfThePartThatIsCovered()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("light", 16);
        Assert.Equal([(InvoiceLineKind.MonthlyBase, 12_500), (InvoiceLineKind.Minimum, 7_500)], month.Lines());
    }

    [Fact]
    public void Discounts_ComeOffWhatThePlanCosts_InTheirMonthsOnly()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("cut", 1);
        month.Visit(4);
        Assert.Equal(
            [(InvoiceLineKind.Visit, 18_000), (InvoiceLineKind.MonthlyBase, 50_000), (InvoiceLineKind.Discount, -6_800), (InvoiceLineKind.Discount, -500)], month.Lines());

        var later = new AMonth { PatientsAtEnd = 10, ContractStartsOn = AMonth.First.AddMonths(-3) };
        later.Subscribe("cut", 1);
        Assert.Equal([(InvoiceLineKind.MonthlyBase, 50_000), (InvoiceLineKind.Discount, -500)], later.Lines());
    }

    [Fact]
    public void BoughtNight_IsCharged_AndItsCallsAndVisitsByItsPlan()
    {
        var month = new AMonth();
        month.Buy(8, 30_000);
        month.Call(8);
        month.Visit(8);
        month.Visit(9);
        Assert.Equal([(InvoiceLineKind.SingleNight, 30_000), (InvoiceLineKind.Call, 4_000), (InvoiceLineKind.Visit, 20_000)], month.Lines());
    }

    [Fact]
    public void WhatWasNotUnderCoverAtItsMoment_CostsNothing_AndUsesUpNoIncludedCall()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("light", 1);
        month.Call(2, covered: false);
        month.Visit(2, covered: false);
        month.Call(3);
        month.Call(4);
        month.Call(5);
        Assert.Equal([(3, 0), (4, 0), (5, 4_000)], month.Whole(false).Select(l => (l.Night.Day, l.Yen)));
    }

    [Fact]
    public void PlanForHolidays_ChargesItsOwnNights_TheBaseOfTheMonth_AndOtherNightsAsTheyWereBought()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("holiday", 1);
        month.Visit(3);
        month.Visit(4);
        month.Buy(5, 30_000);
        month.Visit(5);
        Assert.Equal(
            [(InvoiceLineKind.SingleNight, 30_000), (InvoiceLineKind.Visit, 19_000), (InvoiceLineKind.Visit, 20_000), (InvoiceLineKind.MonthlyBase, 20_000)], month.Lines());
        Assert.Equal([5, 3, 5], month.Whole(false).Select(l => l.Night.Day));
    }

    [Fact]
    public void NightBoughtBeyondAPlanThatRefuses_IsChargedAsItWasBought()
    {
        var month = new AMonth { PatientsAtEnd = 25 };
        month.Subscribe("small", 1, said: 25);
        month.Buy(8, 30_000);
        month.Call(8);
        Assert.Equal([(InvoiceLineKind.SingleNight, 30_000), (InvoiceLineKind.Call, 4_000)], month.Whole(false).Select(l => (l.Kind, l.Yen)));
    }

    [Theory]
    [InlineData(12, 28, 30_000)]
    [InlineData(12, 29, 45_000)]
    [InlineData(1, 3, 45_000)]
    [InlineData(1, 4, 30_000)]
    public void Nights_AtNewYear_CostMore(int month, int day, int yen) =>
        Assert.Equal(yen, AMonth.Prices.Versions[0].Nights!.PriceOf(PriceKind.SingleNight, new DateOnly(2026, month, day)));

    [Fact]
    public void Prices_ThatComeLater_DoNotTouchASubscriptionThatKeepsItsOwn()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("standard", 1, 15);
        month.Subscribe("standard", 16, priceFrom: AMonth.NewPrices);
        Assert.Equal([(InvoiceLineKind.MonthlyBase, 25_000), (InvoiceLineKind.MonthlyBase, 30_000)], month.Lines());
    }

    [Fact]
    public void Month_ThatIsNotOver_HasNothingThatAMonthCostsAsAWhole()
    {
        var month = new AMonth { PatientsAtEnd = 10 };
        month.Subscribe("light", 1);
        month.Visit(2);
        Assert.Equal([InvoiceLineKind.Visit], month.Whole(false).Select(l => l.Kind));
    }
}
