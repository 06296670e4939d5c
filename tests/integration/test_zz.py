from tests.kit.journey import Journey
async def test_j(centre):
    await Journey(centre).finish()
