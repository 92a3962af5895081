using ClinicPortal.Modules.Telehealth.Domain;
using ClinicPortal.Shared.Calendar;
using static ClinicPortal.Tests.Telehealth.ASlot;

namespace ClinicPortal.Tests.Telehealth;

/// <summary>予約枠: what can be booked follows from hours, exceptions and what is taken, by the clock on the association's wall.</summary>
public sealed class FreeSlotsTests
{
    private static readonly Availability Evening = Weekly(DayOfWeek.Monday, "18:00", "20:00");

    [Fact]
    public void Slots_FollowOneAnother_WithTheGapBetween() =>
        Assert.Equal(["18:00", "18:20", "18:40", "19:00", "19:20", "19:40"], Times(Ask([Evening])));

    [Fact]
    public void Slot_ThatWouldNotEndWithinTheHours_IsNone() => Assert.Equal(["18:00", "18:35", "19:10"], Times(Ask([Evening], minutes: 30)));

    [Fact]
    public void OtherWeekdays_AndDaysOutsideTheValidity_HaveNone()
    {
        Assert.Empty(Times(Ask([Evening], from: Monday.AddDays(1))));
        Assert.Empty(Times(Ask([Weekly(DayOfWeek.Monday, "18:00", "20:00", validFrom: Monday.AddDays(1))])));
        Assert.Empty(Times(Ask([Weekly(DayOfWeek.Monday, "18:00", "20:00", validUntil: Monday.AddDays(-1))])));
        Assert.NotEmpty(Times(Ask([Weekly(DayOfWeek.Monday, "18:00", "20:00", validFrom: Monday, validUntil: Monday)])));
    }

    [Fact]
    public void ClosedDay_HasNone_AndOpenedHoursOfItDo()
    {
        Assert.Empty(Times(Ask([Evening], [Closed(Monday)])));
        Assert.Equal(["10:00", "10:20"], Times(Ask([Evening], [Closed(Monday), Open(Monday, "10:00", "10:35")])));
    }

    [Fact]
    public void ClosedHours_CutTheSession_AndItGoesOnAfterThem() =>
        Assert.Equal(["18:00", "19:00", "19:20", "19:40"], Times(Ask([Evening], [Closed(Monday, "18:30", "19:00")])));

    [Fact]
    public void OpenedDay_WithoutRecurringHours_HasSlots() => Assert.Equal(["09:00", "09:20"], Times(Ask([], [Open(Monday, "09:00", "09:40")])));

    [Fact]
    public void HoursPastMidnight_BelongToTheDayTheyBegan()
    {
        var night = Weekly(DayOfWeek.Monday, "23:30", "00:30");
        Assert.Equal(["23:30", "23:50", "00:10"], Times(Ask([night], until: Monday.AddDays(1))));
        Assert.Empty(Times(Ask([night], [Closed(Monday)], until: Monday.AddDays(1))));
        Assert.Equal(["23:30", "23:50", "00:10"], Times(Ask([night], [Closed(Monday.AddDays(1))], until: Monday.AddDays(1))));
    }

    [Fact]
    public void TakenTime_IsNotOffered_NorWhatWouldRunIntoIt()
    {
        var taken = new TakenTime(At(Monday, "18:20"), At(Monday, "18:40"));
        Assert.Equal(["18:00", "18:40", "19:00", "19:20", "19:40"], Times(Ask([Evening], taken: [taken])));
        // 30 minutes from 18:00 would run into it.
        Assert.Equal(["18:40", "19:15"], Times(Ask([Evening], taken: [taken], minutes: 30)));
        Assert.Null(FreeSlots.Fit(Ask([Evening], taken: [taken]), At(Monday, "18:10")));
        Assert.NotNull(FreeSlots.Fit(Ask([Evening], taken: [taken]), At(Monday, "18:45")));
    }

    [Fact]
    public void LeadTime_Passes_AndSlotsWithinItAreNone() =>
        Assert.Equal(["19:00", "19:20", "19:40"], Times(Ask([Weekly(DayOfWeek.Monday, "18:00", "20:00", lead: 60)], now: At(Monday, "17:41"))));

    [Fact]
    public void LimitPerDay_CountsWhatIsBooked()
    {
        var most = Weekly(DayOfWeek.Monday, "18:00", "20:00", most: 1);
        Assert.NotEmpty(Times(Ask([most])));
        Assert.Empty(Times(Ask([most], taken: [new TakenTime(At(Monday, "18:00"), At(Monday, "18:20"))])));
    }

    [Fact]
    public void SharedRoom_IsTakenForAllWhoShareIt()
    {
        var rooms = new[] { new TakenTime(At(Monday, "18:00"), At(Monday, "19:20")) }.ToLookup(_ => "第1診察室");
        Assert.Equal(["19:20", "19:40"], Times(Ask([Weekly(DayOfWeek.Monday, "18:00", "20:00", room: "第1診察室")], rooms: rooms)));
        Assert.Equal(6, Times(Ask([Weekly(DayOfWeek.Monday, "18:00", "20:00", room: "第2診察室")], rooms: rooms)).Count());
    }

    [Fact]
    public void Services_AreOnlyThoseOfTheHours()
    {
        var hours = Weekly(DayOfWeek.Monday, "18:00", "19:00", services: ["firstVisit"]);
        Assert.Empty(Times(Ask([hours])));
        Assert.NotEmpty(Times(Ask([hours], service: "firstVisit")));
    }

    [Fact]
    public void ClockPutForward_LeavesOutTheHourThatTheWallDoesNotShow()
    {
        var day = new DateOnly(2026, 3, 8);
        var hours = Weekly(DayOfWeek.Sunday, "01:00", "04:00", buffer: 0);
        var slots = FreeSlots.Of(Ask([hours], minutes: 30, zone: NewYork, from: day));

        Assert.Equal(["01:00", "01:30", "03:00", "03:30"], slots.Select(s => JapaneseDates.Time(s.StartsAt, NewYork)));
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(30), pair.Second.StartsAt - pair.First.StartsAt));
        // A session that the wall does not show at all has none, and one that begins in the gap begins when it is over.
        Assert.Empty(FreeSlots.Of(Ask([Weekly(DayOfWeek.Sunday, "02:10", "02:50", buffer: 0)], zone: NewYork, from: day)));
        Assert.Equal(["03:00"], Times(Ask([Weekly(DayOfWeek.Sunday, "02:30", "03:20", buffer: 5)], zone: NewYork, from: day)));
    }

    [Fact]
    public void ClockPutBack_GivesOneMoreHour_AndNoTwoSlotsOverlap()
    {
        var day = new DateOnly(2026, 11, 1);
        var slots = FreeSlots.Of(Ask([Weekly(DayOfWeek.Sunday, "00:00", "03:00", buffer: 0)], minutes: 30, zone: NewYork, from: day));

        Assert.Equal(["00:00", "00:30", "01:00", "01:30", "01:00", "01:30", "02:00", "02:30"], slots.Select(s => JapaneseDates.Time(s.StartsAt, NewYork)));
        Assert.Equal(slots.Count, slots.Select(s => s.StartsAt).Distinct().Count());
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.True(pair.First.BusyUntil <= pair.Second.StartsAt));
    }

    [Fact]
    public void EveningHours_StayAtTheirWallTime_AcrossTheChange()
    {
        var hours = Weekly(DayOfWeek.Sunday, "18:00", "18:15", buffer: 0);
        foreach (var day in new[] { new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 8), new DateOnly(2026, 10, 25), new DateOnly(2026, 11, 1) })
        {
            Assert.Equal(["18:00"], Times(Ask([hours], zone: NewYork, from: day)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public void Slots_WhateverIsTaken_NeverOverlapWhatIs_AndEachFits(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var taken = Enumerable.Range(0, random.Next(5)).Select(_ =>
            {
                var from = At(Monday, "17:30").AddMinutes(5 * random.Next(36));
                return new TakenTime(from, from.AddMinutes(5 * random.Next(1, 10)));
            }).ToList();
            var question = Ask([Weekly(DayOfWeek.Monday, "18:00", "20:00", buffer: 5 * random.Next(3))], taken: taken, minutes: 5 * random.Next(1, 8));
            var slots = FreeSlots.Of(question);

            Assert.All(slots, slot =>
            {
                Assert.True(slot.StartsAt >= At(Monday, "18:00") && slot.EndsAt <= At(Monday, "20:00"));
                Assert.DoesNotContain(taken, t => slot.StartsAt < t.Until && t.From < slot.BusyUntil);
                Assert.Equal(slot, FreeSlots.Fit(question, slot.StartsAt));
            });
            Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.True(pair.First.BusyUntil <= pair.Second.StartsAt));
        }
    }
}
